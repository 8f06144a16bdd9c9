/** What a fleet's owner relies on: signatures, files, and exit codes. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const fleet: readonly BrokenPromise[] = [
  ...rows(
    "rotation/verify.ts",
    ["test/cli/ca-update.test.ts"],
    [
      [
        "a manifest whose signature does not hold is refused",
        "if (!(await holdsSignature({ file, bytes }, key, { hint, signal }))) {",
        "if (false) {",
      ],
      [
        "a file that was not signed is refused",
        "found.length === bytes && hashOf(found) === sha256",
        "found.length >= 0",
      ],
    ],
  ),
  ...rows(
    "rotation/follow.ts",
    ["test/cli/ca-update.test.ts"],
    [
      ["a manifest that is too old is refused", "now - createdAt > maxAgeDays * dayMs", "false"],
      ["an old bundle is not put back", "if (createdAt > manifest.createdAt)", "if (false)"],
      [
        "what the device has is taken from a manifest whose signature holds",
        "if (isSigned && !(await",
        "if (false && !(await",
      ],
      [
        "a step is not taken back to the one before it",
        'if (createdAt < manifest.createdAt) return "later";',
        'return "later";',
      ],
    ],
  ),
  ...rows(
    "rotation/deliver.ts",
    ["test/cli/ca-update.test.ts"],
    [
      [
        "what stands in the bundles' folders is not written over",
        "await checkOverwriting(all.flat().map(earlierStep), kept);",
        "",
      ],
    ],
  ),
  ...rows(
    "rotation/beside.ts",
    ["test/cli/ca-update.test.ts"],
    [
      [
        "a manifest leads to no file outside its folder",
        String.raw`|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)`,
        "/.test(path)",
      ],
    ],
  ),
  ...rows(
    "rotation/keys.ts",
    ["test/cli/ca-update.test.ts"],
    [
      [
        "another kind of key does not sign",
        'key.asymmetricKeyType === "ed25519"',
        "key.asymmetricKeyType !== undefined",
      ],
      ["a private key is not taken for a public one", 'label?.endsWith("PRIVATE KEY") === true', "false"],
    ],
  ),
  ...rows(
    "device/rotation.ts",
    ["test/cli/ca-update.test.ts"],
    [
      [
        "a union that serves fewer chains is not rolled out",
        "isServed(i) && (isTooMany || !verdict.accepts)",
        "isServed(i) && isTooMany",
      ],
      [
        "the union is rolled out before the new bundle",
        '["union", "new"] : ["new"];',
        '["new", "union"] : ["new"];',
      ],
    ],
  ),
  ...rows(
    "fleet/fleet.ts",
    ["test/cli/fleet.test.ts"],
    [
      ["an endpoint that is lost before its day is told", "end.at <= untilAt", "end.at < 0"],
      [
        "an endpoint is visited once for all that greet it alike",
        "return JSON.stringify(hello);",
        "return String(Math.random());",
      ],
      [
        "an endpoint is met under no other firmware's CAs",
        "JSON.stringify([greetingOf(profile), addRoots])",
        "JSON.stringify([greetingOf(profile)])",
      ],
    ],
  ),
];

/** What the command line names: read within bounds, ended by a signal, and kept secret where it is one. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const commandLine: readonly BrokenPromise[] = [
  ...rows(
    "cli/frame/root-sources.ts",
    ["test/cli/named-files.test.ts"],
    [["a CA file that is a pipe holds nobody past a signal", "found.isFIFO() || ", ""]],
  ),
  ...rows(
    "cli/check/few-remarks.ts",
    ["src/cli/check/few-remarks.test.ts"],
    [
      [
        "of a bundle's findings a page is printed, however many there are",
        "if (count > mostOfKind) return [];",
        "",
      ],
    ],
  ),
  ...rows(
    "cli/check/page.ts",
    ["src/cli/check/few-remarks.test.ts"],
    [
      [
        "of a bundle's findings a page in a browser tells some of each kind, too",
        "fewRemarks(remarks).map(",
        "remarks.map(({ finding: { severity }, says }) => ({ severity, says })).map(",
      ],
    ],
  ),
  ...rows(
    "cli/check/check.ts",
    ["test/cli/secrets.test.ts"],
    [["check tells no URL's path and query", "withShownUrls(surveyed)", "surveyed"]],
  ),
  ...rows(
    "cli/check/fleet/fleet.ts",
    ["test/cli/secrets.test.ts", "test/cli/fleet.test.ts"],
    [
      ["check --fleet tells no URL's path and query", "withNames(firmware, name)", "firmware"],
      [
        "endpoints of one host have each their own verdict",
        "return withShownUrls(own, name);",
        "return own;",
      ],
    ],
  ),
  ...rows(
    "cli/devices/files/ca-choice.ts",
    ["test/cli/secrets.test.ts"],
    [["ca tells no URL's path and query", "material: withShownUrls(material, name),", "material,"]],
  ),
  ...rows(
    "cli/devices/meet/shown-urls.ts",
    ["src/cli/devices/meet/shown-urls.test.ts", "test/cli/secrets.test.ts"],
    [
      ["two URLs of one host have two names", "count === 1 ? shown", "true ? shown"],
      ["what is said of a redirect names no path", "tellsUrls.test(error.code)", "false"],
    ],
  ),
  ...rows(
    "cli/devices/meet/survey.ts",
    ["test/cli/secrets.test.ts"],
    [["the line of what is being visited names no path", "shownSite(progress.what)", "progress.what"]],
  ),
  ...rows(
    "cli/certificates/inspect.ts",
    ["test/cli/secrets.test.ts"],
    [["inspect tells no URL's path and query", ": shownSite(server.endpoint.href)", ": source"]],
  ),
  ...rows(
    "cli/example/example.ts",
    ["test/cli/secrets.test.ts"],
    [["example tells no URL's path and query", "urls.map(shownSite)[0]", "urls[0]"]],
  ),
  ...rows(
    "device/examples/readme.ts",
    ["test/cli/secrets.test.ts"],
    [["an example's README has no path and query", "spokenSite(shownSite(url))", "url"]],
  ),
  ...rows(
    "cli/frame/files.ts",
    ["test/cli/named-files.test.ts"],
    [
      [
        "a device without an end is read within a bound",
        "if (size > most.value) throw new Error(`it gives",
        "if (false) throw new Error(`it gives",
      ],
      [
        "a file that is too large is not read",
        "if (size > most.value) throw new Error(`it has",
        "if (false) throw new Error(`it has",
      ],
    ],
  ),
  ...rows(
    "cli/frame/overwriting.ts",
    ["test/cli/overwriting.test.ts"],
    [
      ["what a command reads is not written over", "if (read.has(await placeOf(file)))", "if (false)"],
      ["what is something else is not written over unasked", "if (force || ", "if (true || "],
    ],
  ),
  ...rows(
    "cli/get/follow.ts",
    ["test/cli/get-lines.test.ts"],
    [
      ["fields with credentials do not cross with a method that is kept", "...credentialNames", ""],
      ["what is said of the first origin stays there", "isHome ? way.atHome : {}", "way.atHome"],
    ],
  ),
  ...rows(
    "cli/get/file-name.ts",
    ["test/cli/get-lines.test.ts"],
    [
      ["a name that hides is not taken from a server", ' && !name.startsWith(".")', ""],
      ["a name that leads elsewhere is not taken from a server", 'given.replace(/^.*[/\\\\]/s, "")', "given"],
    ],
  ),
  ...rows(
    "cli/get/netrc.ts",
    ["netrc.test.ts"],
    [["a file of logins that others can read is refused", "(found.mode & 0o077) !== 0", "false"]],
  ),
  ...rows(
    "cli/get/plan.ts",
    ["test/cli/overwriting.test.ts"],
    [
      ["the files of a body are not written over", "...filesOfBody(typed), ", ""],
      ["the format of -w is not written over", "formatFile(writeOut)", ""],
      ["the cookies of -b are not written over by the body", "[file, [...kept, ...cookies]]", "[file, kept]"],
    ],
  ),
  ...rows(
    "devices/files/output-files.ts",
    ["test/cli/overwriting.test.ts"],
    [["a device is not written and read back", '? "a pipe" : "a device"', '? "a pipe" : undefined']],
  ),
  ...rows(
    "cli/frame/passphrase.ts",
    ["test/cli/passphrase.test.ts"],
    [
      ["a passphrase is taken from a file", "if (kind === undefined) return given;", "return given;"],
      [
        "no variable is taken that only the prototype has",
        "Object.hasOwn(env, rest) ? env[rest] : undefined",
        "env[rest]",
      ],
      [
        "what was given as a passphrase is not repeated",
        "names a variable of the environment",
        "names a variable (${rest}) of the environment",
      ],
    ],
  ),
];

/** Whether a client's certificate can work: the one judge, what a device sends, and what is said of it. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const identity: readonly BrokenPromise[] = [
  ...rows(
    "trust/identity/judge.ts",
    ["src/trust/identity/judge.test.ts"],
    [
      [
        "an intermediate that the device does not send counts as not sent",
        "const sent = isAlone ? given.slice(0, 1) : given;",
        "const sent = given;",
      ],
      [
        "dates count on the whole way to the CA",
        "if (at > notAfterAt) findings.push",
        "if (isOwn && at > notAfterAt) findings.push",
      ],
      [
        "whatever could not be read may be the CA that is named",
        "named.length === names.length && request?.authoritiesLeftOut === 0",
        "true",
      ],
    ],
  ),
  ...rows(
    "fleet/identity.ts",
    ["test/cli/fleet-identity.test.ts"],
    [
      [
        "a client certificate that ends before its firmware's day is told",
        "verdict.untilAt <= untilAt",
        "verdict.untilAt < 0",
      ],
    ],
  ),
  ...rows(
    "fleet/fleet.ts",
    ["test/cli/fleet-identity.test.ts"],
    [
      [
        "a fleet whose client certificate is likely refused does not end with 0",
        "isBroken || !all.every(isWell)",
        "isBroken",
      ],
    ],
  ),
  ...rows(
    "why/own-identity.ts",
    ["test/why/own-identity.test.ts"],
    [
      [
        "why judges the whole file",
        "const certificates = sent.length > 0 ? sent : given;",
        "const certificates = (sent.length > 0 ? sent : given).slice(0, 1);",
      ],
    ],
  ),
  ...rows(
    "diagnosis/findings/client-certificate.ts",
    ["test/why/answers.test.ts"],
    [
      [
        "a certificate that was not sent is not told to be missing",
        "if (asked.own === undefined || asked.sent !== 0) return undefined;",
        "return undefined;",
      ],
    ],
  ),
];

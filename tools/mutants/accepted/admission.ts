/** Mutants of `admission` that change nothing but what a context costs, or how equal policies are told to be equal. */
import type { Accepted } from "./accepted.ts";

export const admission: readonly Accepted[] = [
  {
    file: "admission/policy.ts",
    before: 'if (roots.every(({ origin }) => origin.store === "mozilla") && isRuntimesOwn()) return {};',
    after: ["{}"],
    why: "Gives OpenSSL a copy of the list that it has, of roots that are all self-signed.",
  },
  {
    file: "admission/policy.ts",
    before: 'return typeof content === "string" ? content : Buffer.from(content).toString("latin1");',
    after: ['return (Buffer.from(content).toString("latin1"));'],
    why: "PEM is ASCII. Other letters, which this would change, stand beside it and decide nothing.",
  },
  {
    file: "admission/policy.ts",
    before:
      "const plain = [profile, pins, revocation, insecure !== undefined, minVersion, maxVersion, ciphers];",
    after: [
      "const plain = [profile, pins, revocation, (insecure === undefined), minVersion, maxVersion, ciphers];",
    ],
    why: "Tells the two apart as well.",
  },
  {
    file: "admission/policy.ts",
    before: 'hash.update("client");',
    after: [";"],
    why: "Keeps CRLs apart from what follows them; no bytes are both a CRL and a client's certificate.",
  },
  {
    file: "admission/policy.ts",
    before: "else [clientCertificate.cert, clientCertificate.key].forEach(part);",
    after: ["else [clientCertificate.cert, ...[]].forEach(part);"],
    why: "A certificate has one key, and whoever gives another one is refused before.",
  },
  {
    file: "admission/report-without-verdict.ts",
    before: "stapled: false,",
    after: ["stapled: true,"],
    why: "A report without a verdict does not get as far as saying why a staple was not used.",
  },
];

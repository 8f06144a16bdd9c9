/** Findings about who made a refused certificate: products that put their names into the chains they make. */
import { bracketed } from "../../core/index.ts";
import { findProduct, type Product } from "../../trust/index.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Ended, TrustSeen } from "../observation.ts";

/** Ends of a chain whose maker is nobody that is known, or that is for somebody else. */
const unknownMaker: readonly string[] = [
  "self-signed",
  "untrusted-root",
  "missing-intermediate",
  "wrong-host",
  "no-names",
];

/** A product that makes certificates for its own machine: for developers, or for want of another. */
export function makerFindings({ chain }: TrustSeen, { code }: Ended): readonly DraftFinding[] {
  if (!unknownMaker.includes(code)) return [];
  const names = chain.flatMap(({ certificate }) => [certificate.subject.text, certificate.issuer.text]);
  const product = findProduct(names);
  const root = chain.at(-1);
  if (product === undefined || root === undefined) return [];
  return describeProduct(product, [
    `The name stands in the chain: ${root.certificate.issuer.text}; SHA-256 of the last certificate sent: ${root.fingerprint}.`,
    "Anybody can put a name into a certificate of their own.",
  ]);
}

function describeProduct({ name, kind }: Product, evidence: readonly string[]): readonly DraftFinding[] {
  const certainty = "likely";
  switch (kind) {
    case "interceptor":
    case "debugger":
      return []; // Told by interception.ts.
    case "development":
      return [
        makeFinding("intercepted", {
          certainty,
          sentence: `The certificate was likely made by ${name}, for local development.`,
          evidence,
          client: ({ root }) =>
            `Give ${name}'s root${bracketed(root)}: mkcert's is "$(mkcert -CAROOT)/rootCA.pem".`,
          server: "Use a certificate of a CA that its clients trust, if others are meant to come.",
        }),
      ];
    case "default-certificate":
      return [
        makeFinding("default-certificate", {
          certainty,
          sentence: `The certificate is likely the one that ${name} shows until it is given another.`,
          evidence,
        }),
      ];
  }
}

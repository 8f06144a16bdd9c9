/** The diagnosis of a failure that needs no new connection: what the error itself already carries. */
import type { HttpsError } from "../core/index.ts";
import { makeFinding, type Finding } from "./finding.ts";
import { findProduct } from "./products.ts";

/**
 * The findings that an error speaks for by itself, ranked; the first is the error's own code. `meerkat why`, or
 * `runWhy`, finds out more.
 */
export function explainError(error: HttpsError): readonly Finding[] {
  const { code, message, hint, trust: report } = error;
  const evidence: string[] = [];
  const chain = report?.chain ?? [];
  if (chain.length > 0)
    evidence.push(
      `The chain as sent: ${chain.map(({ subject, issuer }) => `${subject.display || "(no name)"} (issued by ${issuer.display})`).join("; ")}.`,
    );
  if (report?.openssl?.accepted === false) evidence.push(`OpenSSL refused it too: ${report.openssl.code}.`);
  if (report?.disagreement !== undefined) evidence.push(report.disagreement);
  const own = makeFinding(code, { certainty: "certain", sentence: message, evidence, client: hint });
  const product = findProduct(chain.flatMap(({ subject, issuer }) => [subject.text, issuer.text]));
  if (product === undefined || error.stage !== "trust") return [own];
  const isDefault = product.kind === "default-certificate";
  return [
    own,
    makeFinding(isDefault ? "default-certificate" : "intercepted", {
      certainty: "likely",
      sentence: `The certificate was likely made by ${product.name}.`,
      evidence: ["The name stands in the chain; anybody can put a name into a certificate of their own."],
    }),
  ];
}

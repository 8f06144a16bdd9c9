/** Findings about who made a refused certificate: products that put their names into the chains they make. */
import { bracketed } from "../../core/index.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import { findProduct, type Product } from "../products.ts";
import type { AttemptSeen, Ended, TrustSeen } from "../observation.ts";

/** A product whose name stands in the chain. */
export function productFindings(
  { host }: AttemptSeen,
  trust: TrustSeen,
  { code }: Ended,
): readonly DraftFinding[] {
  const issuerUnknown = ["self-signed", "untrusted-root", "missing-intermediate", "wrong-host", "no-names"];
  if (!issuerUnknown.includes(code)) return [];
  const names = trust.chain.flatMap(({ certificate }) => [certificate.subject.text, certificate.issuer.text]);
  const product = findProduct(names);
  if (product === undefined) return [];
  const root = trust.chain.at(-1);
  const by = `The name stands in the chain: ${root?.certificate.issuer.text ?? ""}${root === undefined ? "" : `; SHA-256 of the last certificate sent: ${root.fingerprint}`}.`;
  return [describeProduct(product, host, [by, "Anybody can put a name into a certificate of their own."])];
}

function describeProduct({ name, kind }: Product, host: string, evidence: readonly string[]): DraftFinding {
  const certainty = "likely";
  switch (kind) {
    case "interceptor":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The connection to ${host} was likely opened on the way by ${name}, which made this certificate.`,
        evidence,
      });
    case "debugger":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The connection to ${host} likely goes through ${name}, a debugging proxy, which made this certificate.`,
        evidence,
        client: ({ root }) =>
          `If you run ${name}, give its root${bracketed(root)}; otherwise find out who does.`,
      });
    case "development":
      return makeFinding("intercepted", {
        certainty,
        sentence: `The certificate was likely made by ${name}, for local development.`,
        evidence,
        client: ({ root }) =>
          `Give ${name}'s root${bracketed(root)}: mkcert's is "$(mkcert -CAROOT)/rootCA.pem".`,
        server: "Use a certificate of a CA that its clients trust, if others are meant to come.",
      });
    case "default-certificate":
      return makeFinding("default-certificate", {
        certainty,
        sentence: `The certificate is likely the one that ${name} shows until it is given another.`,
        evidence,
      });
  }
}

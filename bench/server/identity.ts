/** A certificate of the server's own, under a CA that lives as long as the run. */
import { mintCertificate, serverAuth, type Minted } from "../../src/lab/pki/certificate.ts";
import { renderPem, renderPrivateKey } from "../../src/lab/pki/pem.ts";

const dayMs = 86_400_000;

export interface ServerIdentity {
  /** The root, for clients. */
  readonly ca: string;
  /** Leaf and intermediate, as most sites send them. */
  readonly chain: string;
  readonly key: string;
}

export function mintIdentity(): ServerIdentity {
  const at = Date.now();
  const dates = { notBeforeAt: at - dayMs, notAfterAt: at + dayMs };
  const ca = (name: string, issuer?: Minted): Minted =>
    mintCertificate({ ...dates, subject: [["CN", name]], ca: {} }, issuer);
  const root = ca("Meerkat Benchmark Root");
  const intermediate = ca("Meerkat Benchmark Intermediate", root);
  const leaf = mintCertificate(
    {
      ...dates,
      subject: [["CN", "localhost"]],
      names: ["dns:localhost"],
      extendedKeyUsage: [serverAuth],
    },
    intermediate,
  );
  return { ca: renderPem([root]), chain: renderPem([leaf, intermediate]), key: renderPrivateKey(leaf) };
}

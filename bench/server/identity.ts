/** A certificate of the server's own, under a CA that lives as long as the run. */
import { writePem } from "../../src/x509/index.ts";
import { mintChain, type Minted } from "../../test/pki/index.ts";

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
  const leaf = { ...dates, name: "localhost", names: ["dns:localhost"] };
  const minted = mintChain({ root: dates, intermediate: dates, leaf });
  return {
    ca: pem(minted.root),
    chain: pem(minted.leaf) + pem(minted.intermediate),
    key: minted.leaf.keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function pem(minted: Minted | undefined): string {
  return minted === undefined ? "" : writePem("CERTIFICATE", minted.der);
}

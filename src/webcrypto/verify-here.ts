/** `verify` with the WebCrypto of wherever this runs. */
import { HttpsError } from "../core/index.ts";
import { type AsyncTrustPorts, verifyAsync, type Verdict, type VerifyRequest } from "../trust/index.ts";
import { webcryptoPorts } from "./ports.ts";

/** Signatures and hashes by the WebCrypto of this page, worker or program; it is looked for when it is first needed. */
export const trustPorts: AsyncTrustPorts = {
  verifySignature: (input) => portsHere().verifySignature(input),
  sha256: (bytes) => portsHere().sha256(bytes),
  sha1: (bytes) => portsHere().sha1(bytes),
};

/**
 * Whether a chain may be believed, by WebCrypto's signatures. What WebCrypto cannot check is not believed: the verdict is
 * `signature-unchecked`.
 * @throws HttpsError `option-unknown`, `option-invalid`, `runtime-unfit`
 */
export function verify(request: VerifyRequest): Promise<Verdict> {
  return verifyAsync(request, trustPorts);
}

/** @throws HttpsError `runtime-unfit` */
function portsHere(): AsyncTrustPorts {
  const subtle = (globalThis as { readonly crypto?: Partial<Crypto> }).crypto?.subtle;
  if (subtle !== undefined) return webcryptoPorts(subtle);
  throw new HttpsError("runtime-unfit", {
    runtime: "this page or program",
    reason:
      "it has no WebCrypto (crypto.subtle). A browser gives it to pages from https: and from localhost alone.",
  });
}

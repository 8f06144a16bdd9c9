/** `verify` as a program on Node wants it: its ports filled, and anchors by the names of root stores. */
import { type TrustAnchor, verify as verifyBy, type Verdict, type VerifyRequest } from "../trust/index.ts";
import { environmentHere } from "../runtime/index.ts";
import { trustPorts } from "./crypto-ports.ts";
import { anchorsOf, openRoots, type RootsOption } from "./roots/index.ts";

/**
 * Whether a chain may be believed, by OpenSSL's signatures.
 * @throws HttpsError `option-unknown`, `option-invalid`
 */
export function verify(request: VerifyRequest): Verdict {
  return verifyBy(request, trustPorts);
}

/**
 * The anchors of root stores, as the client has them: Mozilla's unless others are named. A member of Mozilla's programme is
 * held to profile `webpki` wherever it was found.
 * @throws HttpsError with the code of what a source is instead of a root store
 */
export function openAnchors(roots: RootsOption = "mozilla"): readonly TrustAnchor[] {
  return anchorsOf(openRoots(roots, environmentHere));
}

/** What `verify` is asked about, from the content of files: a chain as a server sends it, and anchors. */
import { HttpsError, shownWord } from "../core/index.ts";
import { readCertificateFile } from "../x509/index.ts";
import { anchorFromCertificate, type AnchorOptions, type AnchorSource, type TrustAnchor } from "./anchor.ts";
import type { VerifyRequest } from "./request.ts";
import { parseRoots } from "./roots.ts";

/**
 * A chain: PEM, DER or PKCS #7, the leaf first.
 * @throws HttpsError `option-invalid`
 */
export function readChain(content: string | Uint8Array): Pick<VerifyRequest, "leaf" | "intermediates"> {
  const { certificates, damaged, instead } = readCertificateFile(bytesOf(content));
  const [leaf, ...intermediates] = certificates.map(({ certificate }) => certificate);
  const [first] = damaged;
  if (leaf !== undefined && first === undefined) return { leaf, intermediates };
  const broken =
    first &&
    `a certificate ${first.line === undefined ? "" : `on line ${first.line} `}that cannot be read: ${first.reason}`;
  throw new HttpsError("option-invalid", {
    option: "content",
    value:
      broken ?? instead?.title ?? shownWord(typeof content === "string" ? content.slice(0, 40) : "bytes"),
    expected: "a chain of certificates, the leaf first",
  });
}

/**
 * Anchors: each CA certificate in PEM, DER or PKCS #7. For a public programme's list say `{ inProgramme: true }`: its paths are
 * held to profile `webpki`, others to `private`.
 * @throws HttpsError `ca-file-empty ca-file-other-form ca-file-private-key ca-file-only-leaf ca-file-malformed`
 */
export function readAnchors(
  content: string | Uint8Array,
  source: AnchorSource = { store: "bytes" },
  options: AnchorOptions = {},
): readonly TrustAnchor[] {
  return parseRoots(bytesOf(content), source).roots.map(({ certificate, origin }) =>
    anchorFromCertificate(certificate, origin, options),
  );
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

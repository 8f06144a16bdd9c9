/** Whether bytes have the digest that a fetch expects: Subresource Integrity §3.3. */
import { createHash } from "node:crypto";

/** The algorithms, the stronger the later. */
const algorithms: readonly string[] = ["sha256", "sha384", "sha512"];

interface Digest {
  readonly algorithm: string;
  /** Base64 without its padding, in the alphabet of RFC 4648 §4. */
  readonly value: string;
}

/** What the digests of `metadata` say against the bytes: `undefined` for nothing, as where none of them is known. */
export function checkIntegrity(bytes: Uint8Array, metadata: string): string | undefined {
  const digests = parseMetadata(metadata);
  const strongest = algorithms.findLast((name) => digests.some(({ algorithm }) => algorithm === name));
  if (strongest === undefined) return undefined;
  const expected = digests.filter(({ algorithm }) => algorithm === strongest);
  const actual = plain(createHash(strongest).update(bytes).digest("base64"));
  if (expected.some(({ value }) => value === actual)) return undefined;
  return `its ${strongest} is ${actual}, not ${expected.map(({ value }) => value).join(" or ")}`;
}

/** §3.3.3: what is not known is passed over, and so are options. */
function parseMetadata(metadata: string): readonly Digest[] {
  return metadata.split(/[\t\n\f\r ]+/).flatMap((item) => {
    const [, algorithm = "", value = ""] = /^([^-?]*)-([^?]*)/.exec(item) ?? [];
    const name = algorithm.toLowerCase();
    return algorithms.includes(name) ? [{ algorithm: name, value: plain(value) }] : [];
  });
}

function plain(base64: string): string {
  let end = base64.length;
  while (base64[end - 1] === "=") end--;
  return base64.slice(0, end).replaceAll("-", "+").replaceAll("_", "/");
}

/** Cipher suites by mbedTLS's names, as Mongoose OS takes them, turned into OpenSSL's; other names stay as they are. */

/**
 * `TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256` is `ECDHE-RSA-AES128-GCM-SHA256` to OpenSSL: no key exchange is named where it
 * is plain RSA, the size joins the cipher, CBC goes without saying and so does the hash of ChaCha20 (ciphers(1)).
 */
export function opensslSuites(list: string): string {
  return list.split(":").map(opensslSuite).join(":");
}

function opensslSuite(name: string): string {
  const match = /^TLS-(.+)-WITH-(.+)$/.exec(name.trim());
  if (match === null) return name.trim();
  const [, exchange = "", cipher = ""] = match;
  const suite = cipher
    .replace(/^(AES|CAMELLIA|ARIA)-(\d+)-/, "$1$2-")
    .replace("-CBC-", "-")
    .replace(/^CHACHA20-POLY1305-SHA256$/, "CHACHA20-POLY1305");
  return exchange === "RSA" ? suite : `${exchange}-${suite}`;
}

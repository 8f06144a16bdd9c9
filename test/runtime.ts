/** What differs between the Nodes that the tests run on, each fact once and by name; a test says which one it depends on. */

/** Whether a version, `3.5.9`, is `major.minor` or a later one. */
export function isAtLeast(version: string, major: number, minor = 0): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

const nodeAtLeast = (major: number, minor?: number): boolean =>
  isAtLeast(process.versions.node, major, minor);
const opensslAtLeast = (major: number, minor?: number): boolean =>
  isAtLeast(process.versions.openssl, major, minor);

export const runtime = {
  /** Whether zstd is offered and undone: Node's decoder exists since 22.15, and notices a cut since 24. */
  undoesZstd: nodeAtLeast(24),
  /** OpenSSL's security level: Node raised it with version 24, so that RSA and DH of 1,024 bits are refused in the handshake. */
  securityLevel: nodeAtLeast(24) ? 2 : 1,
  /** The key shares of a ClientHello, by default: OpenSSL 3.5 adds a post-quantum one, and servers of its kind take that. */
  keyShares: opensslAtLeast(3, 5) ? ["X25519MLKEM768", "x25519"] : ["x25519"],
  /** OpenSSL 3.5 calls alerts `ssl/tls alert ...` where earlier ones say `sslv3 alert ...`; Node's codes follow. */
  alertCodePrefix: opensslAtLeast(3, 5) ? "ERR_SSL_SSL/TLS_ALERT_" : "ERR_SSL_SSLV3_ALERT_",
  /** How many TCP segments such a ClientHello takes. */
  clientHelloSegments: opensslAtLeast(3, 5) ? 2 : 1,
  /** What OpenSSL says of a Diffie-Hellman group too small to measure: 3.5 trips over measuring it before it judges. */
  tooSmallToMeasure: opensslAtLeast(3, 5) ? "unknown security bits" : "dh key too small",
  /** Since CVE-2026-48934, Node offers a session to no other name than the one that it was made for. */
  keepsSessionsToTheirName: nodeAtLeast(26)
    ? nodeAtLeast(26, 3)
    : nodeAtLeast(24)
      ? nodeAtLeast(24, 17)
      : nodeAtLeast(22, 23),
  /** Node's HTTP parser refuses a Transfer-Encoding without a coding since llhttp 9.4. */
  refusesEmptyTransferEncoding: isAtLeast(process.versions["llhttp"] ?? "0", 9, 4),
} as const;

/** What a server asks of the client's certificate: the content of a CertificateRequest (RFC 8446 §4.3.2, RFC 5246 §7.4.4). */

export interface CertificateRequest {
  /** Distinguished names of certification authorities, DER; empty when it names none. */
  readonly authorities: readonly Uint8Array[];
  /** How many more it names: a limit cuts the list. */
  readonly authoritiesLeftOut: number;
  /** By their names in the IANA registry: `ecdsa_secp256r1_sha256`; empty below TLS 1.2. */
  readonly signatureAlgorithms: readonly string[];
  /** `rsa_sign`, `ecdsa_sign`; empty in TLS 1.3, which has no such list. */
  readonly certificateTypes: readonly string[];
}

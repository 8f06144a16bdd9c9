/** The name that a peer has to prove: RFC 9525 §6.1 (reference identity). */
import { parseIpAddress } from "../x509/index.ts";

/** A name that a certificate can carry, and that the leaf has to (RFC 9525 §6). */
export type PeerName =
  /** A host name in A-labels; one final dot does not count. */
  | { readonly kind: "dns"; readonly value: string }
  /** An address as text, without brackets. */
  | { readonly kind: "ip"; readonly value: string }
  /** A mailbox, for client certificates. */
  | { readonly kind: "email"; readonly value: string };

/** The name that a URL's host stands for: an address, with or without brackets, or else a DNS name. */
export function peerNameOf(host: string): PeerName {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  return parseIpAddress(bare) === undefined ? { kind: "dns", value: host } : { kind: "ip", value: bare };
}

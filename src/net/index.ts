/** How to reach a server: names, addresses, TCP, proxies, TLS. Whom to believe there is `admission`'s. */
export {
  findAddresses,
  isLoopbackName,
  noAddressRules,
  resolveCheck,
  type Addresses,
  type AddressRules,
} from "./addresses.ts";
export { dial, dialStream } from "./dial.ts";
export { directly } from "./dial-request.ts";
export type { DialPhase, DialRequest, DialTimeouts, DialWatch, ProxySetting } from "./dial-request.ts";
export { NotTlsError, verdictSoFar, type Handshake, type TlsParameters } from "./handshake.ts";
export { decodeLatin1 } from "./latin1.ts";
export { netLimits } from "./limits.ts";
export type { Link, LinkFacts, StreamLink } from "./link.ts";
export { failureOfStream } from "./tls-link.ts";
export type { Reached } from "./reached.ts";
export type { Handler } from "./receiver.ts";
export { socksTextOctets, type SocksLogin } from "./socks-dialogue.ts";
export { shakeHands, shakeHandsOfferingPsk } from "./shake-hands.ts";
export { startTls } from "./start-tls.ts";
export { upgradeSocket } from "./upgrade.ts";

/** The world: names, addresses, TCP, proxies, TLS, trust stores. Everything that touches the machine is here. */
export { findAddresses, isLoopbackName } from "./addresses.ts";
export { decodeLatin1, sha256, trustPorts, verifySignature } from "./crypto-ports.ts";
export { dial, dialStream } from "./dial.ts";
export type { DialPhase, DialRequest, DialTimeouts, ProxySetting } from "./dial-request.ts";
export { finishHandshake, NotTlsError, tlsParameters, wrapTlsSocket, type Handshake } from "./handshake.ts";
export { netLimits } from "./limits.ts";
export type { Link, LinkFacts, LinkTimings, StreamLink } from "./link.ts";
export {
  compilePolicy,
  type ClientCertificate,
  type TlsVersion,
  type TrustEnvironment,
  type TrustOptions,
  type TrustPolicy,
} from "./policy.ts";
export { raceAddresses } from "./race.ts";
export { reachPlain } from "./reach.ts";
export { Receiver, type Handler } from "./receiver.ts";
export { readRootFile } from "./roots/file.ts";
export {
  openRoots,
  type RootOrigin,
  type RootsOption,
  type RootSource,
  type RootStore,
} from "./roots/index.ts";
export { SessionStore } from "./sessions.ts";
export { startTls } from "./start-tls.ts";
export { translateLate } from "./translate.ts";
export { admit, type Evidence } from "./two-keys.ts";

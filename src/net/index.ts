/** The world: names, addresses, TCP, proxies, TLS, trust stores. Everything that touches the machine is here. */
export { findAddresses, isLoopbackName, resolveCheck, type Addresses } from "./addresses.ts";
export { decodeLatin1, sha256, trustPorts } from "./crypto-ports.ts";
export { dial, dialStream } from "./dial.ts";
export { directly } from "./dial-request.ts";
export type { DialPhase, DialRequest, DialTimeouts, DialWatch, ProxySetting } from "./dial-request.ts";
export { NotTlsError, type Handshake, type TlsParameters } from "./handshake.ts";
export { netLimits } from "./limits.ts";
export type { Link, LinkFacts, StreamLink } from "./link.ts";
export { compilePolicy, type TrustEnvironment, type TrustPolicy } from "./policy.ts";
export { trustChecks, type ClientCertificate, type TlsVersion, type TrustOptions } from "./trust-options.ts";
export type { Reached } from "./reached.ts";
export type { Handler } from "./receiver.ts";
export { readRootFile } from "./roots/file.ts";
export { openRoots } from "./roots/index.ts";
export { SessionStore } from "./sessions.ts";
export { startTls } from "./start-tls.ts";

/** Who is trusted: the roots, a client's policy, and the two keys that every connection needs. How to get there is `net`'s. */
export { checkOffering } from "./abilities.ts";
export { sha256, trustPorts } from "./crypto-ports.ts";
export { certificatesOf, compilePolicy, type TrustEnvironment, type TrustPolicy } from "./policy.ts";
export { admissionLimits } from "./limits.ts";
export { readRootFile } from "./roots/file.ts";
export { reportUnjudged, reportWithoutVerdict } from "./report-without-verdict.ts";
export { anchorsOf, openRoots, type RootSource } from "./roots/index.ts";
export { explainSilentPipe, readPiece } from "./roots/pipe.ts";
export { SessionStore, type SessionScope, type StoredSession } from "./sessions.ts";
export { trustChecks, type ClientCertificate, type TrustOptions } from "./trust-options.ts";
export { admit, admitOrClose, sightOf, type Evidence, type Proof } from "./two-keys.ts";

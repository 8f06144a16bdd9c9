/** What is spoken before TLS, for the protocols that begin in plain, and asked within it. Touches nothing: bytes in, bytes out. */
export { StartTls, type StartTlsProblem, type StartTlsStep } from "./start-tls.ts";
export { withinWords, type WithinWords } from "./within.ts";

/** What is spoken before TLS, for the protocols that begin in plain. Touches nothing: bytes in, bytes out. */
export { StartTls, type StartTlsProblem, type StartTlsStep } from "./start-tls.ts";

/** The lab's limits: it is a server too, and a client under test may send anything. */
import type { Limit } from "../core/index.ts";

/** The most bytes of a ClientHello that the router waits for. */
export const clientHelloLimit: Limit = {
  value: 32_768,
  unit: "bytes",
  why: "A ClientHello with a post-quantum key share has about 2 KiB, one with a long ticket some more; nothing real comes near 32 KiB, and what is buffered here is held for each connection.",
};

/** How long the router waits for a ClientHello. */
export const clientHelloWaitLimit: Limit = {
  value: 10_000,
  unit: "ms",
  why: "Longer than any client under test should need on loopback; nginx gives 60 s to a client on the Internet (client_header_timeout).",
};

/** The most bytes of an OCSP request that the responder reads. */
export const ocspRequestLimit: Limit = {
  value: 4_096,
  unit: "bytes",
  why: "A request about one certificate has about 80 bytes; RFC 6960 Appendix A.1 wants GET for those under 255.",
};

/** The longest frame of HTTP/2 that a client may send. */
export const http2FrameLimit: Limit = {
  value: 16_384,
  unit: "bytes",
  why: "What a client keeps to where SETTINGS_MAX_FRAME_SIZE was not sent (RFC 9113 §6.5.2).",
};

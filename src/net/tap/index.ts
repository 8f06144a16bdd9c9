/** The wire tap: records the raw bytes of one TLS connection and reads them, for diagnosis. */
export { tapLimits, type TapLimits } from "./limits.ts";
export type {
  Alert,
  CertificateRequest,
  ChainSeen,
  ClientHello,
  Flight,
  HelloRetryRequest,
  KeyExchange,
  MessageSeen,
  Observed,
  SentCertificate,
  ServerHello,
  SessionTicket,
  Side,
  Unread,
  Way,
  WayEnd,
} from "./observed.ts";
export { renderObserved } from "./render.ts";
export { openTap, type Tap } from "./tap.ts";

/** Which version of HTTP is asked for, and which is spoken: by ALPN's names for them (RFC 7301 §6, RFC 9113 §3.1). */
import { HttpsError, nameKind, type Check } from "../../core/index.ts";

/** The version of HTTP that is spoken. */
export type Spoken = "http/1.1" | "h2";

/**
 * Which version of HTTP is asked for. `auto`: over TLS, whichever of HTTP/2 and HTTP/1.1 the server chooses (RFC 7301);
 * in plain, HTTP/1.1. `h2`: HTTP/2 alone; on an `http:` URL, without being asked (RFC 9113 §3.3).
 */
export type Protocol = "auto" | Spoken;

const offers: Readonly<Record<Protocol, readonly string[]>> = {
  auto: ["h2", "http/1.1"],
  "http/1.1": ["http/1.1"],
  h2: ["h2"],
};

/** What is offered by ALPN, the liked first. */
export function offeredFor(protocol: Protocol): readonly string[] {
  return offers[protocol];
}

export const protocolCheck: Check<Protocol> = (value, option) => {
  if (value === "auto" || value === "http/1.1" || value === "h2") return value;
  throw new HttpsError("option-invalid", {
    option,
    value: typeof value === "string" ? "another text" : nameKind(value),
    expected: '"auto", "http/1.1" or "h2"',
  });
};

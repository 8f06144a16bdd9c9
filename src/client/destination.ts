/**
 * Where `connect()` leads: a web URL, or anything else that speaks TLS. Only the way there counts; what is behind TLS (a path,
 * a database, a user) is the caller's affair, and is neither sent nor told.
 */
import {
  HttpsError,
  nameKind,
  requireEndpoint,
  requireUrl,
  type Endpoint,
  type StartTlsProtocol,
  type Target,
} from "../core/index.ts";

/** A host and a port, in the shape in which the ways to web sites are chosen. */
export interface Destination {
  readonly target: Target;
  /** In lower case; `tls` for a plain `host:port`. */
  readonly scheme: string;
  /** What is spoken before TLS begins; `undefined` where it begins at once. */
  readonly startTls: StartTlsProtocol | undefined;
  /** What was read, where it is not a web site. */
  readonly endpoint: Endpoint | undefined;
}

const isWeb = /^\s*https?:/i;

/** `readUrl` reads what is a web site's. @throws HttpsError of stage `url` */
export function requireDestination(
  given: string | URL,
  readUrl: (url: string | URL) => Target = requireUrl,
): Destination {
  const text = textOf(given);
  if (isWeb.test(text)) {
    const target = readUrl(given);
    return { target, scheme: target.scheme, startTls: undefined, endpoint: undefined };
  }
  const endpoint = requireEndpoint(text);
  const { scheme, startTls, authority, href } = endpoint;
  // The way out is that of web sites, whatever is spoken.
  const target = { ...requireUrl(`https://${authority}/`), href, origin: href };
  return { target, scheme, startTls, endpoint };
}

/** As it was written; `{ host, port }`, and a port as `net.connect` takes it, name no protocol and are refused. */
function textOf(given: string | URL): string {
  const text: unknown = typeof given === "string" ? given : (given as Partial<URL> | null | undefined)?.href;
  if (typeof text === "string") return text;
  const expected = 'a URL or "host:port", as text or as a URL object';
  throw new HttpsError("option-invalid", { option: "url", value: nameKind(given), expected });
}

/** What is offered by ALPN where nobody says it. */
export function usualAlpn(scheme: string): readonly string[] {
  return ["https", "http", "wss"].includes(scheme) ? ["http/1.1"] : [];
}

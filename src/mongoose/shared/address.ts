/**
 * What is connected to: a URL with its scheme, or, for the raw calls, an address. The library takes a URL without a
 * scheme for plaintext HTTP; here it is refused, because an https: that was forgotten would go out in the clear.
 */
import {
  canonicalHost,
  decodePercents,
  HttpsError,
  requireUrl,
  shownUrl,
  type Target,
} from "../../core/index.ts";

/** Where a connection goes, and what is asked for there. */
export interface Destination {
  readonly isTls: boolean;
  /** A name or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** As in the URL: for the `Host` field. */
  readonly authority: string;
  /** Path and query. */
  readonly path: string;
  /** `user:password`, percent-decoded, where the URL has one. Goes into an Authorization field and nowhere else. */
  readonly credentials: string | undefined;
}

const httpRules = { schemes: ["http", "https"], takesCredentials: true } as const;
// The library takes either family for either call.
const websocketRules = { schemes: ["ws", "wss", "http", "https"], takesCredentials: true } as const;

/** What an `http:` or `https:` URL names. @throws HttpsError of stage `url` */
export function parseHttpUrl(text: string): Destination {
  return destinationOf(requireUrl(text, httpRules));
}

/** What the URL of a WebSocket names. @throws HttpsError of stage `url` */
export function parseWebsocketUrl(text: string): Destination {
  return destinationOf(requireUrl(text, websocketRules));
}

function destinationOf({ scheme, host, port, authority, path, userinfo }: Target<string>): Destination {
  return {
    isTls: scheme === "https" || scheme === "wss",
    host,
    port,
    authority,
    path,
    credentials: userinfo && `${decoded(userinfo.username)}:${decoded(userinfo.password)}`,
  };
}

/** `host:port`, with `tcp://` before it or without. @throws HttpsError of stage `url` */
export function parseAddress(text: string, isTls: boolean): Destination {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1] ?? "tcp";
  const url = shownUrl(text);
  if (scheme.toLowerCase() !== "tcp") throw new HttpsError("url-unknown-scheme", { url, scheme });
  const authority = text.replace(/^tcp:\/\//i, "");
  const [, name = "", port = ""] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+):(\d{1,5})$/.exec(authority) ?? [];
  const host = canonicalHost(name);
  if (host === undefined) throw new HttpsError("url-malformed", { url });
  if (Number(port) < 1 || Number(port) > 65_535) throw new HttpsError("url-bad-port", { url, port });
  return { isTls, host, port: Number(port), authority, path: "/", credentials: undefined };
}

/** A lone % is itself. */
function decoded(text: string): string {
  return decodePercents(text) ?? text;
}

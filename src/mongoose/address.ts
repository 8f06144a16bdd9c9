/**
 * What is connected to: a URL with its scheme, or, for the raw calls, an address. The library takes a URL without a
 * scheme for plaintext HTTP; here it is refused, because an https: that was forgotten would go out in the clear.
 */
import { HttpsError, shownUrl } from "../core/index.ts";

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

/** @throws HttpsError `url-no-scheme url-unknown-scheme url-bad-port url-malformed` */
export function parseUrl(text: string, schemes: Readonly<Record<string, boolean>>): Destination {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)/i.exec(text);
  const [, scheme = "", authority = ""] = parts ?? [];
  // What might hold a password is not repeated in an error.
  const at = authority.lastIndexOf("@");
  const shown = shownUrl(text);
  if (parts === null) throw new HttpsError("url-no-scheme", { url: shown });
  const isTls = schemes[scheme.toLowerCase()];
  if (isTls === undefined) throw new HttpsError("url-unknown-scheme", { url: shown, scheme });
  const url = /[\u0000-\u0020\u007F]/.test(text) ? undefined : tryUrl(text);
  if (url === undefined || url.hostname === "") {
    const port = /:(\d+)$/.exec(authority)?.[1];
    if (port !== undefined && Number(port) > 65_535)
      throw new HttpsError("url-bad-port", { url: shown, port });
    throw new HttpsError("url-malformed", { url: shown });
  }
  return {
    isTls,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""),
    port: url.port === "" ? (isTls ? 443 : 80) : Number(url.port),
    authority: url.host,
    path: `${url.pathname === "" ? "/" : url.pathname}${url.search}`,
    credentials: at === -1 ? undefined : `${decoded(url.username)}:${decoded(url.password)}`,
  };
}

/** `host:port`, with `tcp://` before it or without. @throws HttpsError as `parseUrl` */
export function parseAddress(text: string, isTls: boolean): Destination {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1] ?? "tcp";
  if (scheme.toLowerCase() !== "tcp") throw new HttpsError("url-unknown-scheme", { url: text, scheme });
  const bare = text.replace(/^tcp:\/\//i, "");
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^/?#@:[\]\s]+):(\d{1,5})$/.exec(bare);
  const [, host = "", port = ""] = match ?? [];
  if (match === null) throw new HttpsError("url-malformed", { url: text });
  if (Number(port) < 1 || Number(port) > 65_535) throw new HttpsError("url-bad-port", { url: text, port });
  const url = tryUrl(`https://${host}`);
  if (url === undefined) throw new HttpsError("url-malformed", { url: text });
  return {
    isTls,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""),
    port: Number(port),
    authority: bare,
    path: "/",
    credentials: undefined,
  };
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone % is itself.
  }
}

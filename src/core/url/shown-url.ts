/** How a URL is shown: without what may be a secret. One that was refused follows no grammar. */

import { isBareAddress } from "./host.ts";

/** What stands before a user name, or a host. */
const start = /^(?:https?:[/\\]*|[a-z][a-z0-9+.-]*:[/\\]{2,}|[/\\]+)/i;

/** What a data: URL holds is all there is to it, and it is the caller's. */
const isData = /^data:/i;
const shownData = "data:***";

/** A URL that was read, or where a peer leads, in an error or a report: what it is asked with may be a token, a signature, a code. */
export function shownHref(href: string): string {
  if (isData.test(href)) return shownData;
  return href.replace(/([?#])[^]+$/, "$1***");
}

/** What follows a host, however short; a single slash holds nothing. */
const behindHost = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\\]*)(?:[?#\\]|\/[^])[^]*$/i;

/** A URL that was read, where its server is all that matters: without its path too, which may be a token as well. */
export function shownSite(href: string): string {
  return shownHref(href).replace(behindHost, "$1/***");
}

/** What a report calls a URL in its sentences: `host:port`, which is read as `tls:`, as people write it. */
export function spokenSite(shown: string): string {
  return shown.replace(/^tls:\/\//, "");
}

/** Without its user name and password, its query and fragment, and what stands where a port should and has other signs. */
export function shownUrl(text: string): string {
  if (isData.test(text)) return shownData;
  // Its colons come before no port.
  if (isBareAddress(text)) return text;
  const shown = shownHref(withoutUserinfo(text));
  const before = start.exec(shown)?.[0] ?? "";
  return before + shown.slice(before.length).replace(misplacedPort, "$1***");
}

/** A URL wherever it stands, `user:password@`, or a query; a file's name with an `@` in it is none of them. */
const mayHoldSecret = /:[/\\]{2}|:[^/\\]*@|%40|\?[^/]*=|^https?:/i;

/** A word that stands where a file, a name or a number should: as it is, unless it looks like a URL after all. */
export function shownWord(word: string): string {
  return mayHoldSecret.test(word) ? shownUrl(word) : word;
}

const misplacedPort = /^((?:\[[^\]]*\]|[^/?#\\:[\]]*):)(?!\d*(?:[/?#\\]|$))[^/?#\\]*/;

/**
 * The text with everything between its scheme, or its start, and its last `@` replaced by `***`. A password may hold any of
 * `/ ? # \ @`; to hide a path with an `@` in it is the lesser harm.
 */
function withoutUserinfo(text: string): string {
  const at = Math.max(text.lastIndexOf("@"), text.lastIndexOf("%40"));
  if (at === -1) return text;
  // Without its slashes, what looks like a scheme may be the user of "user:password@host".
  return `${start.exec(text.slice(0, at))?.[0] ?? ""}***${text.slice(at)}`;
}

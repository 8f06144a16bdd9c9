/** How a URL that was refused is shown: without what may be a user name and a password. */

/**
 * The text with everything between its scheme, or its start, and its last `@` replaced by `***`. What was refused
 * follows no grammar, so a password may hold any of `/ ? # \ @`; to hide a path with an `@` in it is the lesser harm.
 */
export function shownUrl(text: string): string {
  const at = text.lastIndexOf("@");
  if (at === -1) return text;
  // Without its slashes, what looks like a scheme may be the user of "user:password@host".
  const [start = ""] = /^(?:https?:[/\\]*|[a-z][a-z0-9+.-]*:[/\\]{2,}|[/\\]+)/i.exec(text.slice(0, at)) ?? [];
  return `${start}***${text.slice(at)}`;
}

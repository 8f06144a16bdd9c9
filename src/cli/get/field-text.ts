/** A field's octets, read as ISO 8859-1, as the text that they most likely are. */

/** Octets that are UTF-8, as most beyond ASCII are in practice, as their text; others as they are. */
export function asUtf8(text: string): string {
  const decoded = Buffer.from(text, "latin1").toString("utf8");
  return decoded.includes("\uFFFD") ? text : decoded;
}

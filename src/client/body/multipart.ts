/** Writes a form as `multipart/form-data`: RFC 7578, with the escapes of the HTML standard's form submission. */

export interface Multipart {
  /** The whole encoded body, in bytes. */
  readonly length: number;
  readonly contentType: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** The form's length is known before anything is read, so that it need not be sent in chunks. */
export function encodeMultipart(form: FormData): Multipart {
  const boundary = boundaries.get(form) ?? `meerkat-${crypto.randomUUID().replaceAll("-", "").slice(-24)}`;
  boundaries.set(form, boundary);
  const utf8 = new TextEncoder();
  const parts: (Uint8Array | Blob)[] = [];
  for (const [name, value] of form) {
    parts.push(utf8.encode(`--${boundary}\r\n${partHead(name, value)}\r\n\r\n`));
    parts.push(typeof value === "string" ? utf8.encode(normalizeNewlines(value)) : value);
    parts.push(utf8.encode("\r\n"));
  }
  parts.push(utf8.encode(`--${boundary}--\r\n`));
  let length = 0;
  for (const part of parts) length += part instanceof Blob ? part.size : part.length;
  return {
    length,
    contentType: `multipart/form-data; boundary=${boundary}`,
    open: () => {
      boundaries.delete(form);
      return joinParts(parts);
    },
  };
}

/** Those that were told and not sent yet: a middleware sees the one that goes out. Who has seen it go out knows it, so the next is another. */
const boundaries = new WeakMap<FormData, string>();

async function* joinParts(parts: readonly (Uint8Array | Blob)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Blob) yield* part.stream();
    else yield part;
  }
}

function partHead(name: string, value: FormDataEntryValue): string {
  const disposition = `Content-Disposition: form-data; name="${escapeName(normalizeNewlines(name))}"`;
  if (typeof value === "string") return disposition;
  // The platform keeps control characters out of a type; a class of the caller's own need not.
  const type = /^[\x20-\x7e]+$/.test(value.type) ? value.type : "application/octet-stream";
  return `${disposition}; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}`;
}

// RFC 7578 §4.2 leaves the escape open; the HTML standard settles it so, and servers follow browsers.
function escapeName(name: string): string {
  return name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}

function normalizeNewlines(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

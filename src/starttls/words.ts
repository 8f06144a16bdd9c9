/**
 * What a dialogue is made of. Each protocol's is a generator: it says something, asks for one unit of what the server
 * says, and ends with its outcome. It sees no socket and no chunk, so every partition of the bytes reads the same.
 */

/** Finds how long the first unit is; `undefined` while its end has not come. */
export type FindUnit = (bytes: Uint8Array) => number | undefined;

/** What a dialogue wants next: to say something, or a unit to read. */
export type Want =
  { readonly kind: "say"; readonly bytes: Uint8Array } | { readonly kind: "read"; readonly find: FindUnit };

/** How a dialogue ends: TLS begins, or why it does not. */
export type Outcome =
  | { readonly kind: "tls" }
  | { readonly kind: "not-offered" }
  /** The server's own text; empty where it gave none. */
  | { readonly kind: "refused"; readonly said: string }
  | { readonly kind: "other-protocol" };

/** A part of a dialogue, and what it comes to. It is handed the units that it asked for. */
export type Part<T> = Generator<Want, T, Uint8Array>;
export type Dialogue = Part<Outcome>;

export const beginTls: Outcome = { kind: "tls" };
export const notOffered: Outcome = { kind: "not-offered" };
export const otherProtocol: Outcome = { kind: "other-protocol" };

export function refused(said: string): Outcome {
  return { kind: "refused", said };
}

export function* say(bytes: Uint8Array): Part<void> {
  yield { kind: "say", bytes };
}

/** A command of a line protocol. */
export function* sayLine(line: string): Part<void> {
  yield* say(octets(`${line}\r\n`));
}

export function* read(find: FindUnit): Part<Uint8Array> {
  return yield { kind: "read", find };
}

/** Exactly so many octets. */
export function* readOctets(count: number): Part<Uint8Array> {
  return yield* read(({ length }) => (length < count ? undefined : count));
}

const lineFeed = 0x0a;

/**
 * A line without its end, an octet a character.
 *
 * DEVIATION: RFC 5321 §2.3.8 has a line end in CRLF alone. A bare LF ends one too: nothing is relayed here, so no other
 * reader can see other lines, and servers of the other protocols write it.
 */
export function* readLine(): Part<string> {
  const bytes = yield* read((all) => {
    const at = all.indexOf(lineFeed);
    return at === -1 ? undefined : at + 1;
  });
  return latin1(bytes).replace(/\r?\n$/, "");
}

/** The octets of a text that has one for each character. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

/** An octet a character. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Reads the pieces that structured field values are made of: tokens, quoted strings, white space (RFC 9110 §5.6). */

export class TextReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** A token, or `undefined` where none begins. */
  readToken(): string | undefined {
    return this.readMatch(/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y);
  }

  /** A quoted string without its quotes and escapes (RFC 9110 §5.6.4), or `undefined` where none begins or it does not end. */
  readQuoted(): string | undefined {
    return this.readMatch(/"(?:[^"\\]|\\[\s\S])*"/y)
      ?.slice(1, -1)
      .replace(/\\([\s\S])/g, "$1");
  }

  /** A token or a quoted string. */
  readTokenOrQuoted(): string | undefined {
    return this.readToken() ?? this.readQuoted();
  }

  /** Passes over white space, and over the characters in `also`. */
  skipWhite(also = ""): void {
    while (
      !this.atEnd &&
      (this.isNext(" ") || this.isNext("\t") || also.includes(this.#text.charAt(this.#at)))
    )
      this.#at++;
  }

  isNext(character: string): boolean {
    return this.#text.charAt(this.#at) === character;
  }

  /** Takes `character` if it is next, and says whether it was. */
  take(character: string): boolean {
    const isNext = this.isNext(character);
    if (isNext) this.#at++;
    return isNext;
  }

  /** What a sticky pattern matches here, or `undefined`. */
  readMatch(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }
}

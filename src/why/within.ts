/** What a protocol says within TLS, for diagnosis: its greeting where it greets, and what it can do. Bounded, and never a failure of its own. */
import type { Ending, HttpsError } from "../core/index.ts";
import { decodeLatin1, type Handler, type Link } from "../net/index.ts";
import type { WithinWords } from "../starttls/index.ts";
import { experimentLimits } from "./limits.ts";

/** Reads what comes over a link, and ends with what TLS ended it with, if it did. */
export class Within implements Handler {
  readonly #link: Link;
  #text = "";
  #bytes = 0;
  #ended: { readonly failure: HttpsError | undefined } | undefined;
  #wake: (() => void) | undefined;

  constructor(link: Link) {
    this.#link = link;
    link.receiver.handTo(this);
  }

  onBytes(buffer: Uint8Array, length: number): boolean {
    this.#bytes += length;
    const room = Math.max(0, experimentLimits.excerptBytes.value - this.#text.length);
    this.#text += decodeLatin1(buffer, 0, Math.min(length, room));
    this.#wake?.();
    return true;
  }

  onEnd(_ending: Ending, error: Error | undefined): void {
    this.#ended = { failure: error && this.#link.failureOf(error) };
    this.#wake?.();
  }

  onDrain(): void {}

  /** What the server did not keep to itself within `ms`: the alert with which it refused. @throws HttpsError */
  async listen(ms: number): Promise<void> {
    await this.#until(() => this.#bytes > 0, ms);
    if (this.#ended?.failure !== undefined) throw this.#ended.failure;
  }

  /** Its words, in one line; what is silent, or goes on for ever, has none. @throws HttpsError that TLS ended with */
  async ask(
    words: WithinWords,
    { greets, ms }: { readonly greets: boolean; readonly ms: number },
  ): Promise<string> {
    if (greets && !(await this.#until(() => words.greeting.test(this.#text), ms))) return this.#short(ms);
    this.#text = "";
    this.#link.socket.write(words.say);
    if (!(await this.#until(() => words.end.test(this.#text), ms))) return this.#short(ms);
    const said = words.describe(this.#text);
    return said.length > longestLine ? `${said.slice(0, longestLine)}...` : said;
  }

  #short(ms: number): string {
    if (this.#ended?.failure !== undefined) throw this.#ended.failure;
    return this.#ended === undefined ? `nothing that ends within ${ms} ms` : "it closed the connection";
  }

  #until(isSo: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), ms);
      const end = (value: boolean): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(value);
      };
      this.#wake = () => {
        if (isSo()) end(true);
        else if (this.#ended !== undefined) end(false);
      };
      this.#wake();
    });
  }
}

/** Of a server's own list, as much as stands in a few lines of a terminal. */
const longestLine = 240;

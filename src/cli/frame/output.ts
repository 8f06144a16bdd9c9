/** One of the program's two outputs: lines and bytes, with back-pressure, and quiet when its reader has gone. */
import type { Writable } from "node:stream";
import { writeJson } from "./json.ts";
import { textWidth } from "./layout.ts";
import { createStyle, showControlsBesideColours, wantsColour, type Style } from "./style.ts";

/** A writable stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Whoever read our output has gone (`| head -1`): not worth a word, and the end of the program. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

export class Output {
  readonly style: Style;
  readonly isTerminal: boolean;
  readonly #stream: OutputStream;
  #failure: Error | undefined;

  constructor(stream: OutputStream, env: Readonly<Record<string, string | undefined>>) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.style = createStyle(wantsColour(this.isTerminal, env));
    stream.on("error", (error) => {
      this.#failure = error;
    });
  }

  /** The column to break lines at. */
  get width(): number {
    return textWidth(this.#stream.columns);
  }

  /** Writes lines, each ended by a line feed. Whatever is in them, a terminal finds nothing to obey but our colours. */
  lines(...lines: readonly string[]): void {
    if (lines.length > 0 && this.#failure === undefined)
      this.#stream.write(`${showControlsBesideColours(lines.join("\n"))}\n`);
  }

  /** Writes a value as JSON, for programs and for whoever looks at it on a terminal. */
  json(value: unknown): void {
    this.lines(writeJson(value, 2));
  }

  /** Writes text as it is, without a line end: for a line that is drawn again. */
  write(text: string): void {
    if (this.#failure === undefined) this.#stream.write(text);
  }

  /** Writes bytes as they are, and waits while the stream is full. Throws `ReaderGone` on a closed pipe. */
  async bytes(chunk: Uint8Array | string): Promise<void> {
    this.#check();
    if (this.#stream.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        for (const event of ["drain", "error", "close"]) this.#stream.off(event, settle);
        resolve();
      };
      for (const event of ["drain", "error", "close"]) this.#stream.on(event, settle);
    });
    this.#check();
  }

  /** Waits until everything written has been handed on. */
  async flush(): Promise<void> {
    if (this.#failure === undefined)
      await new Promise<void>((resolve) => void this.#stream.write("", () => resolve()));
    this.#check();
  }

  #check(): void {
    if (this.#failure === undefined) return;
    if ((this.#failure as NodeJS.ErrnoException).code === "EPIPE")
      throw new ReaderGone("the reader has gone");
    throw this.#failure;
  }
}

/** Where a report for a person goes, and whether long lists stand in it in full. */
export interface TextSetting {
  readonly out: Output;
  readonly verbose: boolean;
}

/** One line on a terminal's stderr that is drawn again in its place, while sites are visited. Elsewhere nothing. */
import { showControls } from "../../../core/index.ts";
import type { Output } from "../../frame/output.ts";
import type { Progress } from "./work-through.ts";

export class StatusLine {
  readonly #err: Output;
  #drawn = false;
  #last: { readonly doing: string; readonly progress: Progress } | undefined;

  constructor(err: Output) {
    this.#err = err;
  }

  show(doing: string, progress: Progress): void {
    this.#last = { doing, progress };
    if (!this.#err.isTerminal) return;
    this.#drawn = true;
    const { done, total, what } = progress;
    const most = this.#err.width - 1; // In the last column a terminal may go on to the next line.
    const text = `${doing}: ${done} of ${total}  ${showControls(what)}`;
    this.#err.write(`\r${text.slice(0, most).padEnd(most)}`);
  }

  /** `show` for one kind of work. */
  shower(doing: string): (progress: Progress) => void {
    return (progress) => this.show(doing, progress);
  }

  /** The same work, said more exactly. */
  detail(what: string): void {
    if (this.#last !== undefined) this.show(this.#last.doing, { ...this.#last.progress, what });
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#drawn) this.#err.write(`\r${" ".repeat(this.#err.width - 1)}\r`);
    this.#drawn = false;
  }
}

/** One line on a terminal's stderr that is drawn again in its place, while sites are visited. Elsewhere nothing. */
import { showControls } from "../../core/index.ts";
import type { Output } from "../frame/output.ts";
import type { VisitProgress } from "./visit.ts";

export class StatusLine {
  readonly #err: Output;
  #drawn = false;

  constructor(err: Output) {
    this.#err = err;
  }

  readonly show = ({ done, total, url }: VisitProgress): void => {
    if (!this.#err.isTerminal) return;
    this.#drawn = true;
    const most = this.#err.width - 1; // In the last column a terminal may go on to the next line.
    const text = `Visiting sites: ${done} of ${total}  ${showControls(url)}`;
    this.#err.write(`\r${text.slice(0, most).padEnd(most)}`);
  };

  /** Takes the line away. */
  clear(): void {
    if (this.#drawn) this.#err.write(`\r${" ".repeat(this.#err.width - 1)}\r`);
    this.#drawn = false;
  }
}

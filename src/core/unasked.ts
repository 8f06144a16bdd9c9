/** What `error.why()` gives when nothing was asked again: the error's own words, and the reason. */
import type { Code, Details } from "./catalogue/index.ts";
import type { Fault, Stage } from "./catalogue/entry.ts";

/** An `HttpsError` as data. */
export interface HttpsErrorJson<C extends Code = Code> {
  readonly code: C;
  readonly stage: Stage;
  readonly fault: Fault;
  readonly message: string;
  readonly hint: string;
  readonly detail: Details[C];
  /** What was asked; left out where no request was made. */
  readonly url?: string;
  readonly method?: string;
  /** Each time the request was sent: the connection, and the outcome. */
  readonly attempts?: readonly object[];
}

/** Whatever says and writes what an error does. */
interface Words {
  explain(): string;
  toJSON(): HttpsErrorJson;
}

/**
 * What `error.why()` gives when nothing was asked again: the error's own words, and the reason. An `Explanation` has the
 * same methods; `kind` tells them apart.
 */
export class Unasked {
  readonly kind = "unasked";
  /** Why nothing was asked again; `undefined` for an error that no request ended with. */
  readonly reason: string | undefined;
  readonly #error: Words;

  constructor(error: Words, reason?: string) {
    this.#error = error;
    this.reason = reason;
  }

  /** The error's sentence and its next step, then the reason. */
  explain(): string {
    const words = this.#error.explain();
    return this.reason === undefined ? words : `${words}\n${this.reason}`;
  }

  /** The error as data. */
  toJSON(): HttpsErrorJson {
    return this.#error.toJSON();
  }
}

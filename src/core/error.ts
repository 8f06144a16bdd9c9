/** The one class that is thrown: an operation of the caller's that did not complete, and why. */
import { catalogue, type Code, type Details } from "./catalogue/index.ts";
import type { Fault, Stage } from "./catalogue/entry.ts";

/** Something that can say in sentences what it knows, and as data. */
export interface Explained {
  explain(): string;
  toJSON(): unknown;
}

export interface ErrorContext {
  readonly cause?: unknown;
  /** The trust report of the connection, as far as it had come. */
  readonly trust?: Explained | undefined;
}

/** Says how to find out more about an error; for whoever made the request. Not a method: it is no business of a caller's. */
export let setInquiry: (error: HttpsError, inquire: () => Promise<Explained>) => void;

/**
 * A request, or another operation, that did not complete.
 *
 * `code` and `detail` are API; `message` is a sentence for a person and may change.
 */
export class HttpsError<C extends Code = Code> extends Error implements Explained {
  override readonly name = "HttpsError";
  readonly code: C;
  readonly stage: Stage;
  readonly fault: Fault;
  /** The facts, typed by `code`. */
  readonly detail: Details[C];
  /** The next step, in one sentence. */
  readonly hint: string;
  /** Who vouched for the server, or why nobody did; `undefined` when no certificate was seen. */
  readonly trust: Explained | undefined;
  #inquire: (() => Promise<Explained>) | undefined;

  static {
    setInquiry = (error: HttpsError, inquire: () => Promise<Explained>): void => {
      error.#inquire = inquire;
    };
  }

  constructor(code: C, detail: Details[C], context: ErrorContext = {}) {
    const entry = catalogue[code];
    super(entry.sentence(detail), context.cause === undefined ? undefined : { cause: context.cause });
    this.trust = context.trust;
    this.code = code;
    this.stage = entry.stage;
    this.fault = entry.fault;
    this.detail = detail;
    this.hint = entry.hint(detail);
  }

  /** The sentence and the next step. */
  explain(): string {
    return `${this.message}\n${this.hint}`;
  }

  toJSON(): {
    readonly code: C;
    readonly stage: Stage;
    readonly fault: Fault;
    readonly message: string;
    readonly hint: string;
    readonly detail: Details[C];
  } {
    const { code, stage, fault, message, hint, detail } = this;
    return { code, stage, fault, message, hint, detail };
  }

  /**
   * Finds out more: for the error of a request, by the new connections of `meerkat why`, within its limits; for any
   * other, what the error itself says.
   */
  why(): Promise<Explained> {
    return this.#inquire?.() ?? Promise.resolve(this);
  }

  /** Whether `error` is an `HttpsError` with this code; its `detail` is then typed. */
  static is<C extends Code>(error: unknown, code: C): error is HttpsError<C> {
    return error instanceof HttpsError && error.code === code;
  }
}

/**
 * The one class that is thrown: an operation of the caller's that did not complete, and why.
 *
 * For the compiler the class is a union with a member for each code, so that `instanceof HttpsError` and then
 * `switch (error.code)` narrow `detail`; a class of its own could only be generic, and `instanceof` would leave it `any`.
 */
import {
  catalogue,
  findFault,
  renderHint,
  renderSentence,
  type Code,
  type Details,
} from "./catalogue/index.ts";
import type { Fault, Stage } from "./catalogue/entry.ts";
import { libraryNames } from "./catalogue/library-names.ts";
import type { SettingNames } from "./catalogue/setting-names.ts";
import { makeShowable } from "./inspected.ts";
import { bare } from "./options/own.ts";
import { Unasked, type HttpsErrorJson } from "./unasked.ts";

/**
 * The reports that rooms above this one attach to errors. Each room declares its own here (`declare module`), so that
 * core knows none of them and the compiler still checks each.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type
export interface ErrorReports {}

/** The report of that name; `never` in a program that has no room for it. */
export type ErrorReport<Name extends string> =
  ErrorReports extends Readonly<Record<Name, infer Report>> ? Report : never;

type Found = ErrorReport<"why"> | Unasked;

export interface ErrorContext {
  readonly cause?: unknown;
  /** The trust report of the connection, as far as it had come. */
  readonly trust?: ErrorReport<"trust"> | undefined;
  readonly response?: ErrorReport<"response"> | undefined;
}

/** The error of one code. */
export interface HttpsErrorOf<C extends Code> extends Error {
  readonly name: "HttpsError";
  readonly code: C;
  readonly stage: Stage;
  readonly fault: Fault;
  /** The facts, typed by `code`. */
  readonly detail: Details[C];
  /** The next step, in one sentence, with settings as the library calls them. */
  readonly hint: string;
  /** The `TrustReport`: who vouched for the server, or why nobody did; `undefined` when no certificate was seen. */
  readonly trust: ErrorReport<"trust"> | undefined;
  /** What was asked, in the end of redirects: the URL without its query; `undefined` where no request was made. */
  readonly url: string | undefined;
  readonly method: string | undefined;
  /** Each time the request was sent, or was to be. */
  readonly attempts: ErrorReport<"attempts"> | undefined;
  /** The `Response` that is taken for an error, its body still to be read (`status`); `undefined` for every other code. */
  readonly response: C extends "status" ? ErrorReport<"response"> : undefined;
  /** The sentence and the next step. */
  explain(): string;
  /**
   * Finds out more. For the error of a request, of `connect()` and of `startTls()`: an `Explanation`, made by the new connections
   * of `meerkat why`, within its limits. For any other error, and where new connections could lead elsewhere: what the error
   * itself says, and the reason.
   */
  why(): Promise<ErrorReport<"why"> | Unasked>;
  toJSON(): HttpsErrorJson<C>;
}

/**
 * A request, or another operation, that did not complete: one member for each code.
 *
 * `code` and `detail` are API; `message` is a sentence for a person and may change.
 */
export type HttpsError<C extends Code = Code> = { readonly [One in C]: HttpsErrorOf<One> }[C];

export interface HttpsErrorConstructor {
  new <C extends Code>(code: C, detail: Details[C], context?: ErrorContext): HttpsError<C>;
  /** What `instanceof` narrows to. */
  readonly prototype: HttpsError;
  /** Whether `error` is an `HttpsError` with this code; its `detail` is then typed. */
  is<C extends Code>(this: void, error: unknown, code: C): error is HttpsError<C>;
}

/** What was asked, in the end of redirects. */
export interface Asked {
  /** Without its query, which may hold a secret. */
  readonly url: string;
  readonly method: string;
  readonly attempts: ErrorReport<"attempts">;
}

const inquiries = new WeakMap<object, () => Promise<Found>>();

/** Says how to find out more about an error; for whoever made the request. Not a method: it is no business of a caller's. */
export function setInquiry(error: HttpsError, inquire: () => Promise<Found>): void {
  inquiries.set(error, inquire);
}

export const HttpsError: HttpsErrorConstructor = class HttpsError<C extends Code>
  extends Error
  implements HttpsErrorOf<C>
{
  /** Written out: a bundler renames classes, and a console shows an error by its class. */
  static override readonly name = "HttpsError";
  override readonly name = "HttpsError";
  readonly code: C;
  readonly stage: Stage;
  readonly fault: Fault;
  readonly detail: Details[C];
  readonly hint: string;
  readonly trust: ErrorReport<"trust"> | undefined;
  readonly url: string | undefined;
  readonly method: string | undefined;
  readonly attempts: ErrorReport<"attempts"> | undefined;
  readonly response: HttpsErrorOf<C>["response"];

  constructor(code: C, detail: Details[C], context: ErrorContext = {}) {
    const coded = { code, detail } as Parameters<typeof renderSentence>[0];
    const { cause, trust, response } = bare(context);
    super(renderSentence(coded), cause === undefined ? undefined : { cause });
    this.trust = trust;
    this.response = response as HttpsErrorOf<C>["response"];
    this.code = code;
    this.stage = catalogue[code].stage;
    this.fault = findFault({ code, detail });
    this.detail = detail;
    this.hint = renderHint({ code, detail }, libraryNames);
  }

  explain(): string {
    return `${this.message}\n${this.hint}`;
  }

  why(): Promise<Found> {
    return inquiries.get(this)?.() ?? Promise.resolve(new Unasked(this));
  }

  toJSON(): HttpsErrorJson<C> {
    const { code, stage, fault, message, hint, detail, url, method, attempts } = this;
    return {
      code,
      stage,
      fault,
      message,
      hint,
      detail,
      ...(url === undefined ? {} : { url }),
      ...(method === undefined ? {} : { method }),
      ...(attempts === undefined ? {} : { attempts }),
    };
  }

  static is(error: unknown, code: Code): boolean {
    return error instanceof HttpsError && error.code === code;
  }
} as unknown as HttpsErrorConstructor;

makeShowable(HttpsError.prototype);

/**
 * Says what was asked, and who asked: the frames of the caller's functions that wait for it, which an error that came of a
 * socket's event has not met. For whoever made the request, while it is being awaited.
 */
export function describeAsked(error: HttpsError, asked: Asked): void {
  if (error.url !== undefined) return;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, describeAsked);
  // The first is whoever called this; what Node's own queue adds says nothing.
  const frames = here.stack
    ?.split("\n    at ")
    .slice(2)
    .filter((frame) => !frame.includes("node:internal/"));
  Object.assign(error, asked);
  if (frames !== undefined) error.stack = [error.stack, ...frames].join("\n    at ");
}

/** The same error, whose hint calls the settings as another door does. */
export function renameSettings(error: HttpsError, names: SettingNames): HttpsError {
  return Object.assign(error, { hint: renderHint(error, names) });
}

/**
 * A request's options, read once: what is the request's alone, and what it says in its client's place. Every request
 * comes through here, and most of them bring a method, fields and a body.
 */
import { ownNames, readOptions, unknownOption, type Check, type Own } from "../../core/index.ts";
import {
  naming,
  partChecks,
  requestChecks,
  sharedChecks,
  type RequestOptions,
  type RequestParts,
  type SharedOptions,
} from "./options.ts";
import type { Pairs } from "../body/pairs.ts";

/** A request's parts as they are read: names and values are pairs of texts, however they were given. */
export type ReadParts = Omit<Own<RequestParts>, "form" | "query"> &
  Readonly<Record<"form" | "query", Pairs | undefined>>;

export interface RequestWords {
  readonly parts: ReadParts;
  /** `undefined` where nothing is said. A value of `undefined` says nothing: it takes no pin and no root away. */
  readonly shared: Own<SharedOptions> | undefined;
}

/** All of them, so that none is looked for on the prototype, and every request's parts have one shape. */
const noParts: ReadParts = {
  method: undefined,
  headers: undefined,
  body: undefined,
  json: undefined,
  form: undefined,
  query: undefined,
  middleware: undefined,
  signal: undefined,
  onInformational: undefined,
  onUploadProgress: undefined,
  onDownloadProgress: undefined,
};

/** What a request says that is made without options. */
export const noWords: RequestWords = { parts: noParts, shared: undefined };

/** A map is asked in less time than a table of checks. */
const partReaders: ReadonlyMap<string, Check<unknown>> = new Map(Object.entries(partChecks));

/** @throws HttpsError `option-unknown`, `option-invalid` */
export function readRequest(options: RequestOptions): RequestWords {
  const given = options as Readonly<Record<string, unknown>>;
  const parts: ReadParts = { ...noParts };
  let shared: Record<string, unknown> | undefined;
  for (const name of ownNames(options, requestChecks, "")) {
    const readPart = partReaders.get(name);
    if (readPart === undefined && !Object.hasOwn(sharedChecks, name))
      throw unknownOption(name, Object.keys(requestChecks), naming);
    const value = given[name];
    if (value === undefined) continue;
    if (readPart !== undefined) (parts as Record<string, unknown>)[name] = readPart(value, name);
    else (shared ??= Object.create(null) as Record<string, unknown>)[name] = value;
  }
  return { parts, shared: shared && readOptions(shared, sharedChecks) };
}

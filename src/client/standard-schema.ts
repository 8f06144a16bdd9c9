/** What a schema of any library of the Standard Schema makes of a value: the value as it says, or where it does not fit. */
import { type Details, HttpsError, messageOf } from "../core/index.ts";

/** A schema (Standard Schema, version 1), such as those of zod, valibot and arktype. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Issues that an error tells; a list of a million items can have as many. */
const mostIssues = 20;

/** @throws HttpsError `body-not-valid`, with where and why; `schema-failed` where the schema itself throws */
export async function validate<T>(schema: StandardSchema<T>, value: unknown): Promise<T> {
  let result: SchemaResult<T>;
  let detail: Details["body-not-valid"] | undefined;
  try {
    result = await schema["~standard"].validate(value);
    detail = result.issues && detailOf(result.issues);
  } catch (error) {
    throw new HttpsError("schema-failed", { reason: messageOf(error) }, { cause: error });
  }
  if (detail !== undefined) throw new HttpsError("body-not-valid", detail);
  return (result as { readonly value: T }).value;
}

/** What is told of them; it throws for what is not a list of issues. */
function detailOf(all: NonNullable<SchemaResult<unknown>["issues"]>): Details["body-not-valid"] {
  const issues = all.slice(0, mostIssues).map(({ path, message }) => ({
    path: writePath((path ?? []).map((step) => (typeof step === "object" ? step.key : step))),
    message,
  }));
  return { issues, count: all.length };
}

/** As it is written in a program: `items[3].name`; empty for the whole. */
function writePath(steps: readonly PropertyKey[]): string {
  return steps
    .map((step) => {
      const text = String(step);
      if (typeof step === "number" || /^\d+$/.test(text)) return `[${text}]`;
      return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
    })
    .join("")
    .replace(/^\./, "");
}

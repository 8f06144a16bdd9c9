/**
 * Every option of the calls that the adapters stand in for is honoured, refused by its code, or without meaning here, so that none
 * is dropped in silence. The adapters refuse by their tables, `docs/adapters.md` is written from them, and a test holds each
 * row, and Node's own lists, to them. This is the form of a row.
 */
import { saysTheSame } from "../../core/index.ts";
import type { ClientOptions } from "../options/options.ts";

export type OptionRow = Honoured | Narrowing | Refused | Meaningless;

/** It has the effect that it has in Node. */
export interface Honoured {
  readonly kind: "honoured";
  readonly says: string;
}

/** It has that effect where it takes something away from what the client offers; anything else is refused. */
export interface Narrowing {
  readonly kind: "narrowing";
  readonly says: string;
  /** Options of the client's for more. */
  readonly instead: readonly (keyof ClientOptions)[];
  readonly narrows: (value: unknown) => boolean;
}

/** It is an error, `option-invalid`, before anything is connected. */
export interface Refused {
  readonly kind: "refused";
  readonly says: string;
  /** Options of the client's that do it. */
  readonly instead: readonly (keyof ClientOptions)[];
  /** Values that ask for nothing but what is done anyway, beside `undefined` and `null`; for the docs and for the check. */
  readonly passing: string;
  readonly passes: (value: unknown, all: Readonly<Record<string, unknown>>) => boolean;
}

/** It could have no effect here, and nothing depends on that. */
export interface Meaningless {
  readonly kind: "meaningless";
  readonly says: string;
}

export type OptionRows<Name extends string = string> = Readonly<Record<Name, OptionRow>>;

/** What is let pass of an option that is refused. */
export type Passing = Pick<Refused, "passing" | "passes">;

const nothing: Passing = { passing: "", passes: () => false };

/** Lets these values pass. */
export function only(...values: readonly unknown[]): Passing {
  return {
    passing: values.map((value) => `\`${JSON.stringify(value)}\``).join(", "),
    passes: (value) => values.some((one) => saysTheSame(one, value)),
  };
}

export const honoured = (says: string): Honoured => ({ kind: "honoured", says });
export const meaningless = (says: string): Meaningless => ({ kind: "meaningless", says });
export const narrowing = (
  instead: readonly (keyof ClientOptions)[],
  says: string,
  narrows: (value: unknown) => boolean,
): Narrowing => ({ kind: "narrowing", says, instead, narrows });
/** What the client has an option for. */
export const placed = (
  instead: readonly (keyof ClientOptions)[],
  says: string,
  passing: Passing = nothing,
): Refused => ({ kind: "refused", says, instead, ...passing });
/** What nobody here does. */
export const refused = (says: string, passing: Passing = nothing): Refused => placed([], says, passing);

/** Why an option that weakens or widens trust is refused. */
export const trustIsTheClients = "whom to trust is the client's to say";

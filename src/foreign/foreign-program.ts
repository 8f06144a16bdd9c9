/** The shape of what is known of another program's errors. A code that the catalogue does not have does not compile. */
import type { FindingCode } from "../diagnosis/index.ts";

/** One error of another program. */
export interface ForeignError {
  /** What people paste: the constant's name, and the words that are printed. The first is shown. */
  readonly names: readonly string[];
  /** Its number, where it has one. */
  readonly number?: number;
  /** Which of Meerkat's codes it can be; empty where Meerkat has no such thing. */
  readonly codes: readonly FindingCode[];
  /** What the other program means by it. */
  readonly says: string;
}

/** A program, or one numbering of a program's. */
export interface ForeignProgram {
  readonly name: string;
  /** The words that stand before a number of its own, as people write them: `curl`, `exit code`. */
  readonly spoken: readonly string[];
  /** How its numbers are written. */
  readonly radix?: 10 | 16;
  /** The number in the table that another number of the program's stands for. */
  readonly numberFor?: (number: number) => number;
  readonly errors: readonly ForeignError[];
}

/** A line of a table: number, names, codes, meaning; the number is left out where the error has none. */
export type ForeignRow = readonly [number: number, ...named: NamedRow] | readonly [...named: NamedRow];

type NamedRow = readonly [names: readonly string[], codes: readonly FindingCode[], says: string];

export function readRows(rows: readonly ForeignRow[]): readonly ForeignError[] {
  return rows.map((row) => {
    if (row.length === 3) {
      const [names, codes, says] = row;
      return { names, codes, says };
    }
    const [number, names, codes, says] = row;
    return { number, names, codes, says };
  });
}

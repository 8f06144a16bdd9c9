/**
 * A source with all of its mutants in it, each behind a switch: tests are then loaded once, and every mutant costs no
 * more than the tests that reach it.
 */
import { parseAst } from "vitest/node";
import type { Mutant } from "./mutant.ts";

/** What a switch is, in the process that runs the tests: which mutant is on, and which were come by. */
export interface Switches {
  active: number;
  readonly reached: Set<number>;
}

export const switchesName = "mutantSwitches";

/** A mutant with its number, from 1. */
export interface Numbered {
  readonly id: number;
  readonly mutant: Mutant;
}

type Form = "expression" | "statement" | "element" | "spread" | "property";

const forms: Readonly<Record<string, Form>> = {
  "if dropped": "statement",
  "call dropped": "statement",
  "element dropped": "element",
  "spread dropped": "spread",
  "property dropped": "property",
};

/** Mutants of one place, and the places within it. */
interface Spot {
  readonly start: number;
  readonly end: number;
  readonly form: Form;
  readonly mutants: Numbered[];
  readonly within: Spot[];
}

/** @throws Error where a switch does not fit into the source, which then does not parse */
export function writeSchemata(source: string, mutants: readonly Numbered[]): string {
  const spots = nest(mutants.filter(({ mutant }) => isSwitchable(source, mutant)));
  // On the first line, so that the numbers of lines stay.
  const prelude = `const mutantOn = (id) => { const s = globalThis.${switchesName}; if (s === undefined) return false; s.reached.add(id); return s.active === id; }; `;
  const text = prelude + render(source, { start: 0, end: source.length, within: spots });
  // Of a source that does not parse no test would run, and every mutant would seem to survive.
  parseAst(text, { lang: "ts" });
  return text;
}

/**
 * Part of an optional chain ends the whole chain; in brackets of its own it would not. An element in brackets cannot
 * become a spread.
 */
function isSwitchable(source: string, { start, end, rule }: Mutant): boolean {
  if (forms[rule] === "element" && source.slice(0, start).trimEnd().endsWith("(")) return false;
  const isCall = / (?:dropped|turned)$/.test(rule) && forms[rule] === undefined;
  if (!isCall || !/^[.[(]|^\?\./.test(source.slice(end))) return true;
  return !source.slice(start, end).includes("?.");
}

function nest(mutants: readonly Numbered[]): Spot[] {
  const spots: Spot[] = [];
  const formOf = ({ mutant }: Numbered): Form => forms[mutant.rule] ?? "expression";
  const rank = (form: Form): number => (form === "expression" ? 1 : 0);
  // Outer places first; of one place, a whole element before the expression that it is.
  const sorted = mutants.toSorted((a, b) => {
    const [one, other] = [a.mutant, b.mutant];
    return one.start - other.start || other.end - one.end || rank(formOf(a)) - rank(formOf(b));
  });
  const open: Spot[] = [];
  for (const numbered of sorted) {
    const { start, end } = numbered.mutant;
    const form = formOf(numbered);
    while (open.length > 0 && (open.at(-1)?.end ?? 0) < end) open.pop();
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= start) open.pop();
    const top = open.at(-1);
    if (top !== undefined && top.start === start && top.end === end && top.form === form) {
      top.mutants.push(numbered);
      continue;
    }
    const spot: Spot = { start, end, form, mutants: [numbered], within: [] };
    (top?.within ?? spots).push(spot);
    open.push(spot);
  }
  return spots;
}

function render(source: string, { start, end, within }: Pick<Spot, "start" | "end" | "within">): string {
  let text = "";
  let at = start;
  for (const spot of within) {
    text += source.slice(at, spot.start) + renderSpot(source, spot);
    at = spot.end;
  }
  return text + source.slice(at, end);
}

function renderSpot(source: string, spot: Spot): string {
  const original = render(source, spot);
  const on = spot.mutants.map(({ id }) => `mutantOn(${id})`);
  switch (spot.form) {
    case "statement":
      return `if (${on.join(" || ")}) {} else ${original}`;
    case "element": {
      const isSpread = original.startsWith("...");
      return `...(${on.join(" || ")} ? [] : ${isSpread ? original.slice(3) : `[${original}]`})`;
    }
    case "spread":
      return `...(${on.join(" || ")} ? {} : ${original.slice(3)})`;
    case "property":
      return `...(${on.join(" || ")} ? {} : { ${original} })`;
    case "expression":
      return `(${spot.mutants.map(({ id, mutant }) => `mutantOn(${id}) ? ${mutant.replacement} : `).join("")}${original})`;
  }
}

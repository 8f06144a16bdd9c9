/** Writes `docs/limits.md` from the `limits.ts` of every room: each number with its unit, reason and option. */
import { existsSync, readdirSync } from "node:fs";
import type { Limit, LimitUnit } from "../../src/core/index.ts";

const source = new URL("../../src/", import.meta.url);

/** A limit with the name it is exported under. */
export interface NamedLimit {
  readonly name: string;
  readonly limit: Limit;
}

/** What each room exports from its `limits.ts`, by room. */
export type LimitsByRoom = ReadonlyMap<string, readonly NamedLimit[]>;

/** Reads the `limits.ts` of every room that has one. */
export async function readLimits(): Promise<LimitsByRoom> {
  const byRoom = new Map<string, readonly NamedLimit[]>();
  for (const room of readdirSync(source).toSorted()) {
    const file = new URL(`${room}/limits.ts`, source);
    if (!existsSync(file)) continue;
    const exported = (await import(file.href)) as Readonly<Record<string, unknown>>;
    // A namespace's order is the runtime's; the document's is not.
    const sorted = Object.entries(exported).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const limits = findLimits(Object.fromEntries(sorted));
    if (limits.length > 0) byRoom.set(room, limits);
  }
  return byRoom;
}

/** The limits in what a module exports, whether exported singly or in an object. */
export function findLimits(exported: Readonly<Record<string, unknown>>): NamedLimit[] {
  return Object.entries(exported).flatMap(([name, value]) => {
    if (isLimit(value)) return [{ name, limit: value }];
    return isRecord(value) ? findLimits(value) : [];
  });
}

export function renderLimits(byRoom: LimitsByRoom): string {
  const parts = [
    "# Limits",
    "Everything Meerkat holds, counts, waits for or searches has a bound. Each has a reason; those with an option can be changed; an error that a limit causes names it.",
  ];
  for (const [room, limits] of byRoom) {
    const rows = limits.map(({ name, limit }) => {
      const option = limit.option === undefined ? "" : `\`${limit.option}\``;
      return `| \`${name}\` | ${renderAmount(limit.value, limit.unit)} | ${option} | ${limit.why.replaceAll("|", "\\|")} |`;
    });
    parts.push(
      `## ${room}`,
      ["| limit | value | option | why |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

function renderAmount(value: number, unit: LimitUnit): string {
  switch (unit) {
    case "bytes":
      return renderInUnits(value, [
        ["GiB", 2 ** 30],
        ["MiB", 2 ** 20],
        ["KiB", 2 ** 10],
        ["bytes", 1],
      ]);
    case "ms":
      return renderInUnits(value, [
        ["days", 86_400_000],
        ["h", 3_600_000],
        ["min", 60_000],
        ["s", 1000],
        ["ms", 1],
      ]);
    case "count":
      return renderInUnits(value, [["", 1]]);
    case "ratio":
      return `${value} to 1`;
  }
}

/** The value in the largest unit that divides it. */
function renderInUnits(value: number, units: readonly (readonly [name: string, size: number])[]): string {
  const [name, size] = units.find(([, size]) => value >= size && value % size === 0) ?? ["", 1];
  return `${(value / size).toLocaleString("en-GB")} ${name}`.trim();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isLimit(value: unknown): value is Limit {
  return isRecord(value) && typeof value["value"] === "number" && typeof value["why"] === "string";
}

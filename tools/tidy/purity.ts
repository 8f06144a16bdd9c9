/** What a pure room's code must not name: the clock, randomness, the machine and the network. */
import { breachesOf, type Breach } from "./breach.ts";
import { isTest, roomOf } from "./imports.ts";
import { rooms } from "./rooms.ts";
import type { Source } from "./source.ts";

const free = String.raw`(?<![\w.$]|\.\.\.)`; // Not a property, and not the end of a longer name.
const notKey = String.raw`(?!\s*\??:)`; // Not the key of an object or a member of a type.

/** What must not be named, and the pattern that finds it in code without comments and strings. */
const impurities: readonly (readonly [name: string, pattern: string])[] = [
  ["Buffer", String.raw`${free}Buffer\b${notKey}`],
  ["process", String.raw`${free}process\b\s*[.[]`],
  [
    "the clock",
    String.raw`${free}(?:Date\.now\b|new\s+Date\s*(?:\(\s*\)|(?![\w\s(]))|Date\s*\(\s*\)|performance\s*\.)`,
  ],
  ["randomness", String.raw`${free}Math\.random\b`],
  ["a timer", String.raw`${free}(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b${notKey}`],
  ["the network", String.raw`${free}(?:fetch\s*\(|XMLHttpRequest\b|WebSocket\b)`],
  ["crypto", String.raw`${free}crypto\s*\.`],
  ["the console", String.raw`${free}console\s*\.`],
  ["globalThis", String.raw`${free}globalThis\b`],
  ["require", String.raw`${free}require\s*\(`],
];

export function checkPurity(source: Source): Breach[] {
  const room = roomOf(source.path);
  if (room === undefined || rooms[room]?.pure !== true || isTest(source.path)) return [];
  const found = { rule: "impure", path: source.path, text: source.code };
  return impurities.flatMap(([name, pattern]) =>
    breachesOf(
      found,
      new RegExp(pattern, "g"),
      (match) => `the pure room "${room}" names ${name}: ${match.trim()}`,
    ),
  );
}

/** Rules of the table of rooms itself: each row says no more than the room makes use of. */
import type { Breach } from "./breach.ts";
import { isTest, packageOf, resolveSpecifier, roomOf } from "./imports.ts";
import type { Room } from "./rooms.ts";
import type { Source } from "./source.ts";

/** A breach for each room without a file, each room that another says it knows and never imports, and each such package. */
export function checkTable(sources: readonly Source[], rooms: Readonly<Record<string, Room>>): Breach[] {
  const used = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const room = roomOf(path);
    if (room === undefined || isTest(path)) continue;
    const names = used.get(room) ?? new Set();
    used.set(room, names);
    for (const { text } of imports) names.add(nameOf(path, text));
  }
  return Object.entries(rooms).flatMap(([room, { knows, packages }]) => {
    const names = used.get(room);
    if (names === undefined) return [breach(`there is no room "${room}"`)];
    return [...knows, ...packages]
      .filter((name) => !names.has(name))
      .map((name) => breach(`the room "${room}" imports nothing of "${name}"`));
  });
}

/** The room or the package that a specifier leads to. */
function nameOf(path: string, specifier: string): string {
  if (specifier.startsWith(".")) return roomOf(resolveSpecifier(path, specifier)) ?? "";
  return packageOf(specifier);
}

function breach(says: string): Breach {
  return { rule: "row-unused", path: "tools/tidy/rooms.ts", line: 0, says };
}

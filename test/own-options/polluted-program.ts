/**
 * Run in a process of its own, because it spoils Object.prototype, and what it does there would spoil its own tests:
 * `polluted-program.ts MODE GOOD-URL FOREIGN-URL ROOTS-FILE FOREIGN-ROOTS-FILE`. Asks every door, and prints what came
 * of it, and which lines of `src/` read a property from the prototype.
 *
 * `clean`: nothing is spoilt. `poisoned`: every option is there, with a value that would be seen. `watched`: every
 * property that may be left out is there, undefined, and tells who reads it. `littered`: one that nobody knows, and that
 * every `for in` comes by.
 */
import { readFileSync } from "node:fs";
import { askAllDoors, askLab, type Outcomes } from "./doors.ts";
import { optionalNames, poison } from "./poison.ts";

const [mode = "", good = "", foreign = "", rootFile = "", foreignRootFile = ""] = process.argv.slice(2);
const names: string[] = [];
const readers = new Set<string>();

function spoil(name: string, descriptor: PropertyDescriptor & ThisType<object>): void {
  names.push(name);
  // oxlint-disable-next-line no-extend-native -- It is what this program is for.
  Object.defineProperty(Object.prototype, name, { ...descriptor, configurable: true });
}

function watch(name: string): void {
  const getter = (): undefined => {
    const line = new Error("read").stack?.split("\n")[2] ?? "";
    // What the tap and the lab make and read are facts of their own, and nobody's options.
    const place = /\/src\/(?!tap\/|lab\/)[^)]*/.exec(line)?.[0];
    if (place !== undefined) readers.add(`${name} at ${place}`);
  };
  // Whoever assigns to the name gets a property of its own, as without the accessor.
  const setter = function (this: object, value: unknown): void {
    Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
  };
  spoil(name, { get: getter, set: setter });
}

function clean(isMeant: (name: string) => boolean): void {
  for (const name of names) if (isMeant(name)) Reflect.deleteProperty(Object.prototype, name);
}

Error.stackTraceLimit = 5;
if (mode === "littered") spoil("unrelated", { value: 1, writable: true, enumerable: true });
if (mode === "poisoned") {
  const values = poison(readFileSync(foreignRootFile, "utf8"));
  for (const [name, value] of Object.entries(values)) spoil(name, { value, writable: true });
}
if (mode === "watched") for (const name of optionalNames()) watch(name);

let outcomes: Outcomes | string;
try {
  const all = await askAllDoors({ good, foreign, rootFile });
  // The package that writes the lab's certificates takes both what it can list and what it calls an option.
  clean((name) => !["sites", "port"].includes(name) || mode === "littered");
  outcomes = { ...all, ...(await askLab()) };
} catch (error) {
  outcomes = (error as Error).stack ?? "";
}
clean(() => true);
process.stdout.write(JSON.stringify({ outcomes, readers: [...readers].toSorted(), names: names.length }));
process.exit();

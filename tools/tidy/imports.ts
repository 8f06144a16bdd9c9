/** Rules of direction: a room imports only what its row of the table names, and a folder is entered by its index. */
import { lineAt, type Breach } from "./breach.ts";
import { folderOrders, rooms } from "./rooms.ts";
import type { Source } from "./source.ts";

/** Whether the file is a test, which may use Node and look at any room. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** The room of `src/` that a path lies in. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

export function checkImports(source: Source): Breach[] {
  const from = roomOf(source.path);
  const breaches: Breach[] = [];
  if (from !== undefined && rooms[from] === undefined) {
    breaches.push({
      rule: "room-unknown",
      path: source.path,
      line: 0,
      says: `"${from}" is not a room of the house`,
    });
  }
  for (const { text: specifier, offset } of source.imports) {
    const found = checkImport(source.path, specifier);
    if (found === undefined) continue;
    breaches.push({ ...found, path: source.path, line: lineAt(source.text, offset) });
  }
  return breaches;
}

function checkImport(path: string, specifier: string): Pick<Breach, "rule" | "says"> | undefined {
  const from = roomOf(path);
  const room = from === undefined ? undefined : rooms[from];
  if (specifier.startsWith(".")) return checkRelative(path, resolveSpecifier(path, specifier));
  if (room === undefined || isTest(path)) return undefined;
  if (specifier.startsWith("node:")) {
    if (!room.pure) return undefined;
    return { rule: "pure-imports-node", says: `the pure room "${from}" imports ${specifier}` };
  }
  const name = packageOf(specifier);
  if (room.packages.includes(name)) return undefined;
  return { rule: "package-not-allowed", says: `the room "${from}" imports the package ${name}` };
}

/** Doors of the package beside a room's own: what stands outside `src/` enters by them too. */
const isUsersDoor = (target: string): boolean =>
  /^src\/(?:\w+\/public|mongoose\/seven\/index)\.ts$/.test(target);

function checkRelative(path: string, target: string): Pick<Breach, "rule" | "says"> | undefined {
  const from = roomOf(path);
  const to = roomOf(target);
  if (!/\.(?:ts|json)$/.test(target))
    return { rule: "import-extension", says: `the import of ${target} names no .ts` };
  if (from !== undefined && to === undefined && !isTest(path)) {
    return {
      rule: "leaves-src",
      says: `the room "${from}" imports ${target}, which is not a part of the product`,
    };
  }
  if (to !== undefined && to === from && !isTest(path)) return checkFolders(to, path, target);
  if (to === undefined || to === from) return undefined;
  if (target !== `src/${to}/index.ts` && !(from === undefined && isUsersDoor(target))) {
    return { rule: "side-door", says: `${target} is entered past src/${to}/index.ts` };
  }
  if (from === undefined || isTest(path) || rooms[from]?.knows.includes(to) === true) return undefined;
  return { rule: "wrong-direction", says: `the room "${from}" may not know the room "${to}"` };
}

/** Whether a folder of a room reaches back, where the room's folders have an order. */
function checkFolders(room: string, path: string, target: string): Pick<Breach, "rule" | "says"> | undefined {
  const order = folderOrders[room] ?? [];
  const [from = "", to = ""] = [path, target].map((file) => file.split("/")[2]);
  const [at, towards] = [order.indexOf(from), order.indexOf(to)];
  if (at === -1 || towards <= at) return undefined;
  return { rule: "folder-direction", says: `the folder "${from}" may not know the folder "${to}"` };
}

/** The package of a specifier that is not relative. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The path that a relative specifier in the file at `path` leads to. */
export function resolveSpecifier(path: string, specifier: string): string {
  const parts = path.split("/").slice(0, -1);
  for (const step of specifier.split("/")) {
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}

/** The house rules that a program can check: each shown failing on a planted breach, then run on the real tree. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  findBreaches,
  findUnusedRows,
  readSource,
  readTree,
  renderBreach,
  rooms,
} from "../tools/tidy/index.ts";

const opening = "/** Decides a thing. */\n";

/** The rules that a tree of these files breaks. Each file is given an opening comment. */
function rulesBroken(files: Readonly<Record<string, string>>): string[] {
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, opening + text]));
  return [...new Set(findBreaches(tree).map(({ rule }) => rule))];
}

/** Words that must not stand in this file either. */
const spell = (...parts: string[]): string => parts.join("");

const planted: readonly (readonly [law: string, rule: string, path: string, text: string])[] = [
  [
    "a pure room imports nothing of Node",
    "pure-imports-node",
    "src/der/reader.ts",
    'import { sep } from "node:path";',
  ],
  ["nor by a type alone", "pure-imports-node", "src/der/reader.ts", 'import type { Stats } from "node:fs";'],
  ["nor later, by a call", "pure-imports-node", "src/trust/a.ts", 'const fs = await import("node:fs");'],
  ["nor in passing on", "pure-imports-node", "src/core/a.ts", 'export { sep } from "node:path";'],
  ["nor from a folder inside the room", "pure-imports-node", "src/trust/checks/a.ts", 'import "node:fs";'],
  ["no layer reaches up", "wrong-direction", "src/der/reader.ts", 'import { a } from "../x509/index.ts";'],
  ["not even for a type", "wrong-direction", "src/net/a.ts", 'import type { A } from "../client/index.ts";'],
  ["nor sideways", "wrong-direction", "src/http1/a.ts", 'import { a } from "../trust/index.ts";'],
  [
    "nor from a folder inside the room",
    "wrong-direction",
    "src/core/catalogue/a.ts",
    'import "../../der/index.ts";',
  ],
  [
    "a folder of the client does not reach back",
    "folder-direction",
    "src/client/pool/a.ts",
    'import { a } from "../journey/a.ts";',
  ],
  [
    "nor do its options",
    "folder-direction",
    "src/client/options/a.ts",
    'import type { A } from "../pool/a.ts";',
  ],
  ["a room is entered by its index", "side-door", "src/x509/a.ts", 'import { a } from "../der/reader.ts";'],
  ["by tests too", "side-door", "src/x509/a.test.ts", 'import { a } from "../der/reader.ts";'],
  ["and by tools", "side-door", "tools/a.ts", 'import { a } from "../src/der/reader.ts";'],
  ["users' doors are not for rooms", "side-door", "src/trust/a.ts", 'import { a } from "../x509/public.ts";'],
  ["imports name the extension", "import-extension", "src/der/a.ts", 'import { a } from "./reader";'],
  [
    "the product imports nothing of tests",
    "leaves-src",
    "src/cli/a.ts",
    'import { a } from "../../test/a.ts";',
  ],
  ["a new room is entered in the table", "room-unknown", "src/attic/a.ts", ""],
  [
    "a package is allowed by name",
    "package-not-allowed",
    "src/net/a.ts",
    'import { request } from "undici";',
  ],
  [
    "one room's package is not another's",
    "package-not-allowed",
    "src/lab/a.ts",
    'import { a } from "commander";',
  ],
  ["a pure room uses no Buffer", "impure", "src/der/a.ts", "export const a = Buffer.alloc(1);"],
  ["not as a type either", "impure", "src/der/a.ts", "export function f(a: Buffer): void {}"],
  ["a pure room reads no clock", "impure", "src/trust/a.ts", "const at = Date.now();"],
  ["nor by an empty Date", "impure", "src/trust/a.ts", "const at = new Date();"],
  ["nor without parentheses", "impure", "src/trust/a.ts", "const at = new Date;"],
  ["nor the fine one", "impure", "src/trust/a.ts", "const at = performance.now();"],
  ["a pure room draws no lots", "impure", "src/http1/a.ts", "const a = Math.random();"],
  ["a pure room sets no timer", "impure", "src/http1/a.ts", "setTimeout(f, 1);"],
  ["a pure room fetches nothing", "impure", "src/bundle/a.ts", "await fetch(url);"],
  ["a pure room asks no process", "impure", "src/device/a.ts", "const a = process.env.HOME;"],
  ["a pure room uses no crypto", "impure", "src/x509/a.ts", "await crypto.subtle.digest(a, b);"],
  ["a pure room prints nothing", "impure", "src/x509/a.ts", "console.log(a);"],
  ["code inside a template counts", "impure", "src/x509/a.ts", "const a = `at ${Date.now()} o'clock`;"],
  ["code after a regular expression counts", "impure", "src/x509/a.ts", 'const a = /["`]/.test(Date.now());'],
  ["a file name says something", "empty-name", "src/net/utils.ts", ""],
  ["so does a folder's", "empty-name", "src/net/helpers/a.ts", ""],
  ["and each part of it", "empty-name", "src/net/dns-types.ts", ""],
  ["file names are kebab-case", "kebab-case", "src/net/dnsLookup.ts", ""],
  ["an index names what it passes on", "export-star", "src/net/index.ts", 'export * from "./dial.ts";'],
  ["no test is run alone", "focused-test", "src/net/a.test.ts", "it.only('a', () => {});"],
  ["a test file has an end", "test-length", "src/net/a.test.ts", "f();\n".repeat(801)],
  ["no work is left in notes", "left-over", "src/net/a.ts", spell("// TO", "DO: later")],
  ["nor in strings", "left-over", "test/a.test.ts", spell('f("FIX', 'ME");')],
  ["citations have one form", "citation", "src/net/a.ts", spell("// RFC", "9112 §6.3")],
  ["with the sign, not the word", "citation", "src/net/a.ts", spell("// RFC 9112 sec", "tion 6.3")],
  ["and the sign close to its number", "citation", "src/net/a.ts", spell("// RFC 9112 §", " 6.3")],
  ["and the document first", "citation", "src/net/a.ts", spell("// sec", "tion 6.3 of RFC 9112")],
  ["what is cited is in force", "citation-replaced", "src/net/a.ts", spell("// RFC ", "6125 §6.4")],
  ["no path of one machine", "machine-path", "src/net/a.ts", spell('const a = "/ho', 'me/jane/ca.pem";')],
  ["in no document", "machine-path", "README.md", spell("cd /wo", "rk/main")],
  ["no registry is named", "registry", "README.md", spell("https://registry.", "npmjs.org/")],
  ["the project speaks of itself", "speaks-of-its-making", "CHANGELOG.md", spell("closes iss", "ue #3")],
  [
    "words are those of today",
    "old-words",
    "README.md",
    spell("it is n", "o certificate, signed by who", "m"),
  ],
  ["the product reads no shared vectors", "names-shared", "src/net/a.ts", spell('"..', '/shared/vectors"')],
];

describe("a planted breach is found", () => {
  it.each(planted)("%s (%s)", (_law, rule, path, text) => {
    expect(rulesBroken({ [path]: text })).toEqual([rule]);
  });

  it("a file opens with a comment that says what it decides (opening-comment)", () => {
    const breaches = findBreaches(new Map([["src/net/a.ts", "export const a = 1;\n"]]));
    expect(breaches.map(renderBreach)).toEqual([
      "src/net/a.ts: the file does not open with a /** */ comment [opening-comment]",
    ]);
  });

  it("no file imports itself through others, for a type neither (circle)", () => {
    const files = {
      "src/net/a.ts": 'import { b } from "./b.ts";',
      "src/net/b.ts": 'import type { C } from "./deep/c.ts";',
      "src/net/deep/c.ts": 'const a = () => import("../a.ts");',
      "src/net/d.ts": 'import { a } from "./a.ts"; import { b } from "./b.ts";',
    };
    expect(rulesBroken(files)).toEqual(["circle"]);
    expect(rulesBroken({ ...files, "src/net/deep/c.ts": "" })).toEqual([]);
  });

  it("the table of rooms says no more than is made use of (row-unused)", () => {
    const tree = new Map([
      ["src/one/a.ts", 'import { a } from "../two/index.ts"; import { b } from "@scope/used/deep";'],
      ["src/one/a.test.ts", 'import { a } from "../three/index.ts"; import { b } from "for-tests";'],
    ]);
    const room = { pure: false, knows: ["two", "three"], packages: ["@scope/used", "for-tests"] };
    const table = { one: room, two: { pure: true, knows: [], packages: [] } };
    expect(findUnusedRows(tree, table).map(({ says }) => says)).toEqual([
      'the room "one" imports nothing of "three"',
      'the room "one" imports nothing of "for-tests"',
      'there is no room "two"',
    ]);
  });

  it("the lock file names no address (lock-names-address)", () => {
    expect(rulesBroken({ "package-lock.json": '{\n"resolved": "https://example/"}' })).toEqual([
      "lock-names-address",
    ]);
  });

  it("a breach is told with its file and line", () => {
    const tree = new Map([["src/der/a.ts", `${opening}\nimport { sep } from "node:path";\n`]]);
    expect(findBreaches(tree).map(renderBreach)).toEqual([
      'src/der/a.ts:3: the pure room "der" imports node:path [pure-imports-node]',
    ]);
  });
});

const allowed: readonly (readonly [law: string, path: string, text: string])[] = [
  ["a room knows the rooms of its row", "src/trust/a.ts", 'import { a } from "../x509/index.ts";'],
  ["a room knows itself", "src/trust/checks/a.ts", 'import { a } from "../search.ts";'],
  [
    "tests of a pure room use Node",
    "src/der/a.test.ts",
    'import { readFileSync } from "node:fs"; Date.now();',
  ],
  ["tests look at any room", "src/der/a.test.ts", 'import { openLab } from "../lab/index.ts";'],
  [
    "what stands outside enters by users' doors too",
    "test/a.ts",
    'import { a } from "../src/x509/public.ts";',
  ],
  ["an impure room uses Node", "src/net/a.ts", 'import { connect } from "node:tls"; Buffer.alloc(1);'],
  [
    "a comment may speak of the clock",
    "src/der/a.ts",
    "// Date.now() would be wrong here: `Buffer` too.\nf();",
  ],
  ["so may a string", "src/der/a.ts", `const a = "it's Date.now()" + 'import "node:fs"' + \`Buffer\`;`],
  ["and a regular expression", "src/der/a.ts", "const a = /Buffer|process\\.env/;"],
  [
    "a division is not a regular expression",
    "src/der/a.ts",
    'const a = b / c; const d = "x"; const e = f / g;',
  ],
  ["a Date of an instant is pure", "src/der/a.ts", "const a = new Date(at).toISOString(); Date.UTC(1, 2);"],
  ["a property may share a name", "src/der/a.ts", "const a = port.fetch(b) + { process: 1 }.process;"],
  ["the citation form", "src/der/a.ts", "// RFC 9112 §6.3 (5); RFC 9110 §9.1, §5.6.2; X.690 §8.1.3.5"],
];

describe("what the rules allow is left alone", () => {
  it.each(allowed)("%s", (_law, path, text) => {
    expect(rulesBroken({ [path]: text })).toEqual([]);
  });

  it("imports are read with their offsets, over several lines and as calls", () => {
    const text =
      'import {\n  a,\n} from "./a.ts";\nexport { b } from \'./b.ts\';\nconst c = import("./c.ts");\n';
    const { imports } = readSource("src/der/x.ts", text);
    expect(imports.map(({ text: specifier }) => specifier)).toEqual(["./a.ts", "./b.ts", "./c.ts"]);
    for (const { text: specifier, offset } of imports) expect(text.startsWith(specifier, offset)).toBe(true);
  });
});

describe("the table of rooms", () => {
  it("runs one way: no room is known by a room it knows", () => {
    const reaches = (from: string, to: string): boolean =>
      rooms[from]?.knows.some((next) => next === to || reaches(next, to)) === true;
    expect(Object.keys(rooms).filter((room) => reaches(room, room))).toEqual([]);
  });

  it("lets a pure room know pure rooms alone", () => {
    for (const { knows, pure } of Object.values(rooms)) {
      if (pure) expect(knows.filter((known) => rooms[known]?.pure !== true)).toEqual([]);
    }
  });
});

describe("the real tree", () => {
  const tree = readTree(fileURLToPath(new URL("../", import.meta.url)));
  const breaches = findBreaches(tree);

  it("makes use of every row of the table of rooms", () => {
    expect(findUnusedRows(tree, rooms).map(renderBreach)).toEqual([]);
  });

  it("has the table of rooms in its code map", () => {
    const shown = [
      ...(tree.get("ARCHITECTURE.md") ?? "").matchAll(/^\| `(\w+)\/` +\|[^|]*\| ([^|]*?) *\|/gm),
    ];
    expect(shown.map(([, room, knows = ""]) => [room, knows.replaceAll("`", "")])).toEqual(
      Object.entries(rooms).map(([room, { knows }]) => [
        room,
        knows.length === 0 ? "nothing" : knows.join(" "),
      ]),
    );
  });

  it("is tidy", () => {
    expect(breaches.map(renderBreach)).toEqual([]);
  });
});

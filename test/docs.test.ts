/** The documents written from the code are those in the tree, and say what the code says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../src/core/index.ts";
import {
  findDeviations,
  findLimits,
  readDetails,
  renderDeviations,
  renderLimits,
  root,
  writtenDocuments,
} from "../tools/docs/index.ts";

const documents = await writtenDocuments();

describe("written documents", () => {
  it.each([...documents.keys()])("%s is what the code says (else: npm run docs)", (path) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(documents.get(path));
  });

  it("docs/errors.md has a heading for every code, so that its anchor is the code", () => {
    const headings = [...(documents.get("docs/errors.md") ?? "").matchAll(/^### (.*)$/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(headings)).toEqual(new Set(Object.keys(catalogue)));
  });
});

describe("the details of errors", () => {
  const { details, named } = readDetails(root);
  const fieldsOf = (code: string): readonly string[] =>
    (details.get(code) ?? []).map(({ name, optional, type }) => `${name}${optional ? "?" : ""}: ${type}`);

  it("are known for every code, with a field at least", () => {
    expect(new Set(details.keys())).toEqual(new Set(Object.keys(catalogue)));
    expect([...details].filter(([, fields]) => fields.length === 0)).toEqual([]);
  });

  it("have the fields that they are joined from, and those of named types", () => {
    expect(fieldsOf("not-yet-valid")).toEqual([
      "subject: string",
      "issuer: string",
      "fingerprint: string",
      "role?: CertificateRole",
      "ownRoot?: OwnRoot | undefined",
      "notBeforeAt: number",
      "at: number",
    ]);
    expect(fieldsOf("connection-refused")).toEqual([
      "host: string",
      "port: number",
      "attempts: readonly AddressOutcome[]",
    ]);
    expect([...named.keys()]).toContain("AddressOutcome");
  });
});

describe("limits", () => {
  it("are found whether exported singly or in an object, and nothing else is", () => {
    const head = { value: 65_536, unit: "bytes", why: "undici's own" };
    expect(findLimits({ head, all: { head }, five: 5, text: "head", none: null })).toEqual([
      { name: "head", limit: head },
      { name: "head", limit: head },
    ]);
  });

  it.each([
    ["bytes in the largest unit that divides them", 65_536, "bytes", "64 KiB"],
    ["and as they are otherwise", 65_537, "bytes", "65,537 bytes"],
    ["milliseconds as well", 30_000, "ms", "30 s"],
    ["and short ones", 250, "ms", "250 ms"],
    ["counts with their thousands", 10_000, "count", "10,000"],
    ["ratios as ratios", 100, "ratio", "100 to 1"],
  ] as const)("are shown for a reader: %s", (_law, value, unit, shown) => {
    const limit = { value, unit, why: "a reason", option: "an.option" };
    expect(renderLimits(new Map([["http1", [{ name: "someLimit", limit }]]]))).toContain(
      `| \`someLimit\` | ${shown} | \`an.option\` | a reason |`,
    );
  });
});

describe("deviations", () => {
  const deviation = ["DEVIA", "TION:"].join("");
  const found = (text: string): string[] =>
    findDeviations(new Map([["src/http1/a.ts", text]])).map(({ says }) => says);

  it.each([
    [
      "from lines that follow one another",
      `f(); // ${deviation} RFC 1 says\n  // otherwise.\n\n// Another.\n`,
    ],
    ["from a block", `/**\n * What it is.\n *\n * ${deviation} RFC 1 says\n * otherwise.\n *\n * More.\n */`],
  ])("are read %s", (_from, text) => {
    expect(found(text)).toEqual(["RFC 1 says otherwise."]);
  });

  it("are all read where one comment has several", () => {
    expect(found(`/**\n * ${deviation} one.\n *\n * ${deviation} two.\n */`)).toEqual(["one.", "two."]);
  });

  it("are not read from strings or tests", () => {
    expect(found(`const a = "// ${deviation} no";`)).toEqual([]);
    expect(findDeviations(new Map([["src/http1/a.test.ts", `// ${deviation} no`]]))).toEqual([]);
  });

  it("are listed under their files", () => {
    const list = renderDeviations([{ path: "src/a.ts", says: "One." }]);
    expect(list).toContain("## src/a.ts\n\n- One.\n");
    expect(renderDeviations([])).toContain("None is known.");
  });
});

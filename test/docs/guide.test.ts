/**
 * Every block of the README, the guide and the reference is run: programs and command lines against servers on this machine, their output compared
 * with what the page says; what is quoted is looked for in the examples. `...` on a page stands for anything.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openWorld } from "./world.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = [
  "README.md",
  "docs/mongoose.md",
  ...["docs/guide", "docs/api"].flatMap((folder) =>
    readdirSync(root + folder)
      .toSorted()
      .map((name) => `${folder}/${name}`),
  ),
];

const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

interface Block {
  readonly page: string;
  readonly line: number;
  /** `ts`, `console`, or one with ` quote`. */
  readonly info: string;
  readonly text: string;
  /** What the page says that it prints. */
  readonly prints: string | undefined;
}

function readBlocks(page: string): Block[] {
  const text = readFileSync(root + page, "utf8");
  const blocks = [...text.matchAll(/^```(\S[^\n]*)\n([^]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    info: match[1] ?? "",
    text: match[2] ?? "",
  }));
  return blocks.flatMap((block, at) => {
    if (block.info === "text") return [];
    const next = blocks[at + 1];
    return [{ ...block, prints: next?.info === "text" ? next.text : undefined }];
  });
}

/** Whether a text is what a page says, however its lines are broken. */
function expectPrinted(actual: string, said: string): void {
  const squeezed = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
  const pattern = squeezed(said)
    .split("...")
    .map((part) => squeezed(part).replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
    .join("[^]*?");
  expect(squeezed(world.fromWorld(actual))).toMatch(new RegExp(`^${pattern}`));
}

/** The command lines of a transcript, each with what is printed after it. */
function readTranscript(text: string): (readonly [command: string, prints: string])[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)] as const;
    });
}

const blocks = pages.flatMap(readBlocks);
const named = (info: string): (readonly [string, Block])[] =>
  blocks
    .filter((block) => block.info === info)
    .map((block) => [`${block.page}:${block.line}`, block] as const);

describe("the guide", () => {
  it("has no block that nobody runs", () => {
    // The commands of "sh" are what runs these tests.
    const known = new Set(["ts", "console", "c", "ts quote", "diff quote", "sh"]);
    expect(
      blocks.filter(({ info }) => !known.has(info)).map(({ page, line, info }) => `${page}:${line} ${info}`),
    ).toEqual([]);
  });

  it("links to what is there", () => {
    for (const page of pages) {
      const text = readFileSync(root + page, "utf8");
      for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        const path = fileURLToPath(new URL(target, new URL(page, `file://${root}`)));
        expect(() => readFileSync(path), `${page}: ${target}`).not.toThrow();
      }
    }
  });
});

describe("programs", () => {
  it.each(named("ts"))("%s", async (_where, { text, prints }) => {
    const { exitCode, stdout, stderr } = await world.run(text);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    if (prints === undefined) throw new Error("a program's output stands after it, in a block of text");
    expectPrinted(stdout, prints);
  });
});

describe("programs, and the examples,", () => {
  it("compile under the strictest settings", async () => {
    const examples = readdirSync(`${root}examples`, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const programs = new Map<string, string>([
      ...named("ts").map(([where, { text }]) => [where, text] as const),
      ...examples.map((name) => [name, readFileSync(`${root}examples/${name}`, "utf8")] as const),
    ]);
    expect(await world.compile(programs)).toBe("");
  });

  it("would not, with the wrong payload", async () => {
    const wrong = readFileSync(`${root}examples/mongoose/get.ts`, "utf8").replace(
      "ev_data.resp_code",
      "ev_data",
    );
    expect(await world.compile(new Map([["wrong", wrong]]))).toMatch(
      /compiled\/wrong\.mts\(\d+,\d+\): error TS2345/,
    );
  });
});

describe("command lines", () => {
  const commands = named("console").flatMap(([where, { text }]) =>
    readTranscript(text).map(([command, prints]) => [`${where} ${command}`, command, prints] as const),
  );

  it.each(commands)("%s", async (_where, command, prints) => {
    expect(command).toMatch(/^meerkat /);
    const { stdout, stderr } = await world.runCommand(command);
    // What was asked for is on stdout; a page shows the part that its text is about.
    const isAbout = command.startsWith("meerkat get");
    expectPrinted(isAbout ? stderr : stdout, prints);
  });
});

describe("quotations", () => {
  const sources = readdirSync(`${root}examples`, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[a-z]+$/.test(name))
    .map((name) => readFileSync(`${root}examples/${name}`, "utf8"));
  const quoted = blocks.filter(({ info }) => info === "c" || info.endsWith("quote"));
  const bare = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

  it.each(quoted.map((block) => [`${block.page}:${block.line}`, block] as const))(
    "%s",
    (_where, { text, info }) => {
      const pieces =
        info === "diff quote"
          ? text
              .trim()
              .split("\n")
              .map((line) => line.slice(1))
          : [text];
      for (const piece of pieces)
        expect(sources.some((source) => bare(source).includes(bare(piece)))).toBe(true);
    },
  );
});

/** Flags that hints name: each is declared by a command, and no command names a flag that it would refuse. */
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { fileURLToPath } from "node:url";
import { readSource, readTree } from "../../tools/tidy/index.ts";
import { commands } from "./commands.ts";
import type { Context } from "./frame/context.ts";
import { flagsIn, shellForms, shellNames } from "./frame/shell-names.ts";
import { refusedFlags } from "./get/line/refused.ts";

/** Every command with its flags; nothing of the context is used before a command runs. */
const defined = await Promise.all(
  commands.map(async ({ name, load }) => {
    const command = new Command(name);
    (await load())(command, { out: { width: 80 } } as Context);
    return command;
  }),
);
const tree = [...readTree(fileURLToPath(new URL("../../", import.meta.url)))];
const declaredByAll: ReadonlySet<string> = new Set(["--help", "--version", "-h", "-V"]);
const declared = new Set(declaredByAll);
for (const { options } of defined)
  for (const { short, long } of options)
    for (const flag of [short, long]) if (flag !== undefined) declared.add(flag);

describe("a setting's name in a shell", () => {
  test.each(Object.entries(shellForms).flatMap(([id, forms]) => forms.map((form) => [id, form] as const)))(
    "%s: %s is a flag of some command",
    (_id, form) => {
      const flags = flagsIn(form);
      expect(flags).not.toEqual([]);
      expect(defined.some((command) => flags.every((flag) => has(command, flag)))).toBe(true);
    },
  );

  test.each(defined)("of the command $_name is one of its own flags", (command) => {
    const names = Object.values(shellNames(command)).flatMap((name) => flagsIn(name ?? ""));
    expect(names.filter((flag) => !has(command, flag))).toEqual([]);
  });

  test("differs where the flags differ", () => {
    const named = (name: string): string | undefined =>
      shellNames(defined.find((command) => command.name() === name)).root;
    expect([named("get"), named("verify"), named("explain")]).toEqual([
      "--cacert FILE",
      "--anchors FILE",
      undefined,
    ]);
  });
});

/** Files whose flags are another program's: V8's, Node's and Deno's permissions, and those of clients of databases and brokers. */
const ofOtherPrograms = [
  "src/cli/devices/meet/engine.ts",
  "src/core/catalogue/reach.ts",
  "src/core/file-reason.ts",
  "src/diagnosis/protocol-terms.ts",
];

describe("a text that names a flag", () => {
  const texts = tree.flatMap(([path, text]) =>
    /^src\/(?!cli\/frame\/(?:shell-names|flags)).*(?<!\.test)\.ts$/.test(path)
      ? [{ path, text: stringsOf(path, text) }]
      : [],
  );
  const longFlags = (text: string): readonly string[] =>
    flagsIn(text).filter((flag) => flag.startsWith("--"));
  /** `meerkat check --fleet MANIFEST`: a whole command line says itself whose its flags are. */
  const commandLine = /\bmeerkat ([a-z]+) ((?:(?! {2})[^`.;,\n])*)/g;
  const everyNamed = texts.flatMap(({ path, text }) =>
    longFlags(text.replaceAll(commandLine, "")).map((flag) => ({ path, flag })),
  );
  const named = everyNamed.filter(({ path }) => !ofOtherPrograms.includes(path));
  const onLines = texts.flatMap(({ path, text }) =>
    [...text.matchAll(commandLine)].flatMap(([, name = "", rest = ""]) =>
      longFlags(rest).map((flag) => ({ path, name, flag })),
    ),
  );

  test("on a whole command line names one of the command that the line names", () => {
    expect(onLines.length).toBeGreaterThan(5);
    const strange = onLines.filter(({ name, flag }) => {
      const command = defined.find((one) => one.name() === name);
      return command !== undefined && !has(command, flag) && !declaredByAll.has(flag);
    });
    expect(strange).toEqual([]);
  });

  test("names one that a command declares", () => {
    const unknown = named.filter(({ path, flag }) => path.startsWith("src/cli/") && !declared.has(flag));
    expect(unknown.filter(({ flag }) => !refusedFlags.has(flag))).toEqual([]);
  });

  test("names one of the command that prints it, where one command does", () => {
    // The lab and the tour write whole command lines, of other commands and of curl.
    const printing = defined.filter((command) => !["lab", "tour"].includes(command.name()));
    const rooms = new Map(printing.map((command) => [command.name(), command]));
    const strange = named.filter(({ path, flag }) => {
      const command = rooms.get(/^src\/cli\/([\w-]+)\//.exec(path)?.[1] ?? "");
      const isOwn = command === undefined || has(command, flag) || flag === "--help";
      return !isOwn && !refusedFlags.has(flag);
    });
    expect(strange).toEqual([]);
  });

  test.each(ofOtherPrograms)("of another program: %s has such flags still", (file) => {
    expect(everyNamed.some(({ path, flag }) => path === file && !declared.has(flag))).toBe(true);
  });

  test("stands in the program: the rooms below name settings by id", () => {
    const below = /^src\/(?:core|trust|diagnosis|net)\//;
    expect(named.filter(({ path }) => below.test(path))).toEqual([]);
  });
});

describe("a flag that is declared", () => {
  const rooms: Readonly<Record<string, string>> = {
    inspect: "certificates",
    verify: "certificates",
    curl: "get",
  };

  test.each(defined)("by $_name is read by the code that serves it, or hidden", (command) => {
    const room = rooms[command.name()] ?? command.name();
    // What several commands share is in the other two.
    const serving = new RegExp(
      `^src/cli/(?:(?:${room}|get|devices)/.*|frame/root-sources)(?<!\\.test)\\.ts$`,
    );
    const texts = tree.filter(([path]) => serving.test(path));
    const code = texts.flatMap(([path, text]) => readSource(path, text).code);
    // A name such as "http1.1" is not a word of the language: it is read by an index.
    const isRead = (name: string): boolean =>
      /^\w+$/.test(name)
        ? code.some((one) => new RegExp(`\\b${name}\\b`).test(one))
        : texts.some(([, text]) => text.includes(`["${name}"]`));
    const unread = command.options.filter((one) => !one.hidden && !isRead(one.attributeName()));
    expect(unread.map(({ flags }) => flags)).toEqual([]);
  });
});

/** The insides of a file's strings: what is neither code nor comment; without the variables of style sheets. */
function stringsOf(path: string, text: string): string {
  const { code, comments } = readSource(path, text);
  let rest = Array.from(text)
    .map((character, at) => (code[at] === character ? " " : character))
    .join("");
  for (const { text: comment, offset } of comments)
    rest = rest.slice(0, offset) + " ".repeat(comment.length) + rest.slice(offset + comment.length);
  return rest.replace(/--[\w-]+:|var\(--[\w-]+\)/g, "");
}

function has(command: Command, flag: string): boolean {
  return command.options.some(({ short, long }) => short === flag || long === flag);
}

/** Completion by the shells themselves, and the manual page: both have every command and every flag, and no others. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/core/index.ts";
import { deviceNames } from "../../src/device/index.ts";
import { siteNames } from "../../src/lab/index.ts";
import { findProgram } from "../../interop/servers/process.ts";
import { meerkat } from "./transcript.ts";

const { stdout: help } = await meerkat(["--help"]);
const everyCommand = [...help.matchAll(/^ {2}([a-z]+(?:, [a-z]+)*) {2,}\S/gm)].flatMap(([, row = ""]) =>
  row.split(", "),
);

let folder: string;
const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-complete-"));
  for (const shell of shells)
    writeFileSync(join(folder, `script.${shell}`), (await meerkat(["completion", shell])).stdout);
  for (const name of ["one.pem", "two.pem"]) writeFileSync(join(folder, name), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(shell: Shell, ...argv: readonly string[]): SpawnSyncReturns<string> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "dumb", LC_ALL: "C.UTF-8" };
  return spawnSync(shell, argv, { cwd: folder, encoding: "utf8", env });
}

/** What bash puts in the place of the last word. */
function byBash(words: readonly string[]): readonly string[] {
  // As bash takes a line apart: "=" is a word of its own.
  const split = words.flatMap((word) => (word.includes("=") ? word.split(/(=)/) : [word]));
  const script = `. ./script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _meerkat; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf(run("bash", "--norc", "-c", script, "bash", ...split).stdout);
}

function byFish(words: readonly string[]): readonly string[] {
  const { stdout } = run("fish", "--no-config", "-c", `source script.fish; complete -C '${words.join(" ")}'`);
  // A flag's value stands behind the flag.
  return linesOf(stdout).map((line) => (line.split("\t", 1)[0] ?? "").replace(/^--[^=]+=/, ""));
}

/** What zsh would put there, in a terminal of its own: each match passes through `compadd`. */
function byZsh(words: readonly string[]): readonly string[] {
  const watched = `
compadd() {
  case " $* " in
    *" -O "* | *" -A "* | *" -D "*) builtin compadd "$@" ;;
    *) local -a found; builtin compadd -O found "$@"; print -rl -- $found >>hits; builtin compadd "$@" ;;
  esac
}`;
  writeFileSync(join(folder, "watched.zsh"), watched);
  writeFileSync(join(folder, "hits"), "");
  const script = `
zmodload zsh/zpty
zpty z "zsh -f -i"
zpty -w z "autoload -Uz compinit; compinit -u -D; source ./script.zsh; source ./watched.zsh; PROMPT='LI''NE>'"
zpty -r z out '*LINE>*'
zpty -w -n z "$1"$'\\C-d'
zpty -w -n z $'\\C-a\\C-kprint EN\\'\\'D\\n'
zpty -r z out $'*END*'
zpty -d z`;
  run("zsh", "-f", "-c", script, "zsh", words.join(" "));
  return linesOf(readFileSync(join(folder, "hits"), "utf8")).map((one) => one.replace(/=$/, ""));
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

const askBy = { bash: byBash, zsh: byZsh, fish: byFish };

describe.each(shells)("%s", (shell) => {
  const isHere = findProgram(shell) !== undefined;
  const name = `script.${shell}`;

  it.skipIf(!isHere)("reads its script", () => {
    expect(run(shell, "-n", name)).toMatchObject({ status: 0, stderr: "" });
  });

  it.skipIf(!isHere).each<[words: readonly string[], expected: readonly string[]]>([
    [["meerkat", ""], everyCommand],
    [["meerkat", "su"], ["survey"]],
    [["meerkat", "get", "--repor"], ["--report"]],
    [["meerkat", "get", "https://x.example/", "--max-f"], ["--max-filesize"]],
    [["meerkat", "get", "--report", ""], ["json"]],
    [["meerkat", "curl", "--report=j"], ["json"]],
    [["meerkat", "get", "-m", ""], []],
    [["meerkat", "curl", "-o", "o"], ["one.pem"]],
    [
      ["meerkat", "get", "--cacert", ""],
      ["one.pem", "two.pem"],
    ],
    [["meerkat", "get", "--roots", "m"], ["mozilla"]],
    [["meerkat", "get", "--roots", "t"], ["two.pem"]],
    [["meerkat", "example", "--for", ""], deviceNames],
    [["meerkat", "lab", "-s", "exp"], siteNames.filter((one) => one.startsWith("exp"))],
    [["meerkat", "explain", "un"], Object.keys(catalogue).filter((code) => code.startsWith("un"))],
    [["meerkat", "watch", "wor"], ["worker"]],
    [["meerkat", "watch", "worker", "--pl"], ["--place"]],
    [["meerkat", "completion", ""], shells],
    [["meerkat", "inspect", "t"], ["two.pem"]],
  ])("completes %j", (words, expected) => {
    const files = ["script.bash", "script.zsh", "script.fish", "watched.zsh", "hits"];
    const given = askBy[shell](words).filter((one) => !files.includes(one));
    expect([...new Set(given)].sort()).toEqual([...expected].sort());
  });
});

it("another shell is refused with those that there are", async () => {
  const { exitCode, stdout, stderr } = await meerkat(["completion", "fihs"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(
    /^error: .*"fihs"\.\nhint: Did you mean "fish"\? It is written for bash, zsh, fish\.\n$/,
  );
});

/** The names of the flags that a command's help lists. */
async function flagsOf(command: string): Promise<readonly string[]> {
  const { stdout } = await meerkat([command, "--help"]);
  return [...stdout.matchAll(/^ {2}(?:(-\S), )?(--[\w.-]+)/gm)].map(([, , long = ""]) => long);
}

describe("the manual page", () => {
  it.each(everyCommand)("has %s, and every flag that its help has", async (name) => {
    const { stdout } = await meerkat(["man"]);
    const [, section = ""] =
      new RegExp(`^\\.SH "MEERKAT ${name.toUpperCase()}"\\n([^]*?)(?=^\\.SH )`, "m").exec(stdout) ?? [];
    const flags = await flagsOf(name);
    expect(flags).toContain("--help");
    const shown = [...section.matchAll(/^\\fB(.*?)\\fR/gm)].map(([, names = ""]) =>
      names.replaceAll("\\-", "-").replace(/^-\S, /, ""),
    );
    expect(shown.sort()).toEqual([...flags].sort());
  });

  it("is nothing but requests that are known, and text that is none", async () => {
    const { stdout } = await meerkat(["man"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\.TH MEERKAT 1 "" "meerkat \S+" "User Commands"$/);
    expect(
      lines.filter((line) => /^[.']/.test(line) && !/^\.(?:TH|SH|SS|TP|PP|B|I|BR|IR)\b/.test(line)),
    ).toEqual([]);
    expect(lines.filter((line) => line === "" || /(?<!\\)-/.test(line.replace(/^\.TH.*/, "")))).toEqual([]);
  });

  it.skipIf(findProgram("groff") === undefined)("is set without a warning", async () => {
    const { stdout: input } = await meerkat(["man"]);
    const { stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-c"], {
      input,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const text = stdout.replaceAll(/.\u0008/g, "");
    expect(text).toContain("-X, --request method");
    expect(text).toMatch(/^ +"%\{http_code\}" and the like/m);
  });

  it.skipIf(findProgram("mandoc") === undefined)(
    "is a page to mandoc, too, that has no date on purpose",
    async () => {
      const { stdout: input } = await meerkat(["man"]);
      const { stdout, stderr } = spawnSync("mandoc", ["-T", "lint", "-W", "warning"], {
        input,
        encoding: "utf8",
      });
      expect(linesOf(stdout + stderr).filter((line) => !line.includes("missing date"))).toEqual([]);
    },
  );
});

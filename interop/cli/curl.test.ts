/** `meerkat curl` beside curl: the same words, run by both, come to the same bytes, files, exit code and requests. */
import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rootPem } from "../../test/client/origin.ts";
import { findProgram } from "../servers/process.ts";
import { refused, same } from "./curl-lines.ts";
import { openEchoSite, type EchoSite, type Received } from "./echo-site.ts";
import type { CommandEnd, CommandLine } from "./meerkat-program.ts";

const hasCurl = findProgram("curl") !== undefined;

describe.skipIf(!hasCurl)("curl's words (skipped where curl is not installed)", () => {
  let site: EchoSite;
  let folder: string;
  let program: ChildProcess;
  let env: Record<string, string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-words-"));
    site = await openEchoSite(join(folder, "socket"));
    writeFileSync(join(folder, "ca.pem"), rootPem);
    env = {
      PATH: process.env["PATH"] ?? "",
      H: site.http,
      S: site.https,
      T: site.h2,
      P: String(site.port),
      CA: join(folder, "ca.pem"),
      SOCK: site.socketFile,
      KEY: "secret-key",
    };
    program = fork(fileURLToPath(new URL("meerkat-program.ts", import.meta.url)), {
      execArgv: ["--import", "tsx"],
    });
    await once(program, "message");
  });
  afterAll(async () => {
    program.kill();
    await site[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** The words of a line, as a shell makes them, and what comes on stdin. */
  function wordsOf(line: string, cwd: string): Words {
    const take =
      'curl() { if [ $# = 0 ]; then >.words; else printf "%s\\0" "$@" >.words; fi; for name in CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy ALL_PROXY no_proxy; do [ -z "${!name+x}" ] || printf "%s=%s\\0" "$name" "${!name}"; done >.variables; if [ ! -t 0 ]; then cat >.stdin; fi; };';
    spawnSync("bash", ["-c", `${take}\n${line}`], { cwd, env, input: "" });
    const argv = readFileSync(join(cwd, ".words"), "utf8").split("\0").slice(0, -1);
    const stdin = readFileSync(join(cwd, ".stdin"));
    const variables = readFileSync(join(cwd, ".variables"), "utf8").split("\0").slice(0, -1);
    for (const name of [".words", ".stdin", ".variables"]) rmSync(join(cwd, name));
    const pairs = variables.map((one) => [one.replace(/=.*/s, ""), one.replace(/^[^=]*=/, "")] as const);
    return { argv, stdin, variables: Object.fromEntries(pairs) };
  }

  interface Words {
    readonly argv: readonly string[];
    readonly stdin: Buffer;
    /** Those that a command of curl's is given, as far as it looks at them. */
    readonly variables: Readonly<Record<string, string>>;
  }

  interface Came {
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly files: Readonly<Record<string, string>>;
    readonly received: readonly unknown[];
    readonly stderr: string;
  }

  async function byCurl(line: string): Promise<Came> {
    const cwd = workplace();
    const child = spawn("bash", ["-c", line], { cwd, env: { ...env, HOME: cwd } });
    child.stdin.end();
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const [exitCode] = (await once(child, "close")) as [number | null];
    return cameTo(cwd, { exitCode, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
  }

  async function byMeerkat(line: string): Promise<Came> {
    const cwd = workplace();
    const { argv, stdin, variables } = wordsOf(line, cwd);
    const asked: CommandLine = {
      argv: ["curl", ...argv],
      cwd,
      stdin: stdin.toString("base64"),
      env: { HOME: cwd, ...variables },
    };
    program.send(asked);
    const [{ exitCode, stdout, stderr }] = (await once(program, "message")) as [CommandEnd];
    return cameTo(cwd, { exitCode, stdout: Buffer.from(stdout, "base64"), stderr });
  }

  function cameTo(
    cwd: string,
    { exitCode, stdout, stderr }: { exitCode: number | null; stdout: Buffer; stderr: string },
  ): Came {
    const files = filesIn(cwd);
    rmSync(cwd, { recursive: true });
    const received = site.take();
    return {
      exitCode,
      stdout: hide(stdout.toString("latin1")),
      files,
      received: received.map(comparable),
      stderr,
    };
  }

  /** A folder with what the lines name. */
  function workplace(): string {
    const cwd = mkdtempSync(join(folder, "in-"));
    const put = (name: string, content: string | Buffer): void => writeFileSync(join(cwd, name), content);
    put("data.json", '{"a": 1,\n "b": "ü"}\n');
    put("lines.txt", "line 1\r\nline & 2\n");
    put("image.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]));
    put("page.html", "<p>hi</p>");
    put("with,comma.txt", "comma");
    put("headers.txt", "X-From: file\nX-Second: two\n");
    put("part.txt", "line ");
    put("old.txt", "old");
    put("etag-v1.txt", '"v1"\n');
    put(
      "flags.txt",
      '# comment\nuser-agent = "from file"\n-H "X-Config: yes"\nheader: "X-More: \\"q\\""\nsilent\n',
    );
    put(
      "cookies.txt",
      "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t1\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tkept\t2\n",
    );
    for (const name of [".netrc", "logins"])
      writeFileSync(
        join(cwd, name),
        "machine 127.0.0.1 login nan password 'n\"\n".replace("'n\"", "secret"),
        { mode: 0o600 },
      );
    utimesSync(join(cwd, "old.txt"), 1_400_000_000, 1_400_000_000);
    return cwd;
  }

  describe.each(Object.entries(same))("%s", (_group, lines) => {
    it.each(lines)("%s", async (line) => {
      const theirs = await byCurl(line);
      const ours = await byMeerkat(line);
      const { stderr, ...came } = ours;
      const { stderr: said, ...expected } = theirs;
      expect(came, `curl: ${said}\nmeerkat: ${stderr}`).toEqual(expected);
    });
  });

  it("has no flag that is unknown here: each is taken, or refused with a sentence of its own", async () => {
    const help = spawnSync("curl", ["--help", "all"], { encoding: "utf8" }).stdout;
    const names = [...help.matchAll(/^ (?:(-\S), | {4})(--\S+)/gm)].flatMap(([, short, long = ""]) =>
      short === undefined ? [long] : [short, long],
    );
    expect(names.length).toBeGreaterThan(240);
    const unknown: string[] = [];
    for (const name of names) {
      const { stderr } = await byMeerkat(`curl ${name}`);
      if (/Unknown option|^error: .*bug/s.test(stderr)) unknown.push(name);
    }
    expect(unknown).toEqual([]);
  }, 300_000);

  describe("refused, with a sentence and what is here instead", () => {
    it.each(refused)("%s", async (line) => {
      const { exitCode, stdout, received, stderr } = await byMeerkat(line);
      expect(exitCode).not.toBe(0);
      expect({ stdout, received }).toEqual({ stdout: "", received: [] });
      expect(stderr).toMatch(/^error: .+\.\nhint: .+\n$/s);
      expect(stderr).not.toMatch(/Unknown option/);
    });
  });
});

/** A request without what differs from program to program. */
function comparable(one: Received): unknown {
  const { method, target, fields, body } = one;
  const isOwn = (name: string, value: string): boolean =>
    ["content-length", "connection", "expect", "proxy-connection", "http2-settings", "upgrade"].includes(
      name,
    ) ||
    (name === "user-agent" && /^(?:curl|meerkat)\//.test(value)) ||
    (name === "accept-encoding" && /^deflate, gzip, br|^br, gzip, deflate/.test(value));
  const kept = fields.filter(([name, value]) => !isOwn(name, value));
  return {
    method,
    target,
    fields: kept.map(([name, value]) => `${name}: ${hide(value)}`).sort(),
    body: hide(body),
  };
}

/** Boundaries are made anew for each form, and for a part of several files. */
function hide(text: string): string {
  return text.replaceAll(/-{24}[0-9a-f]{16}|meerkat-[0-9a-f]{24}/g, "BOUNDARY");
}

function filesIn(folder: string, inside = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, inside))) {
    const path = join(inside, name);
    const facts = statSync(join(folder, path));
    if (facts.isDirectory()) Object.assign(found, { [path]: "(folder)" }, filesIn(folder, path));
    else found[path] = contentOf(path, readFileSync(join(folder, path)), facts.mtimeMs);
  }
  return found;
}

/** Cookie files have the name of their writer in them; a time counts where it was set on purpose. */
function contentOf(path: string, content: Buffer, at: number): string {
  const text = content.toString("latin1");
  if (path === "err.txt") return "";
  if (path === "jar.txt")
    return text
      .split("\n")
      .filter((line) => line.includes("\t"))
      .map((line) => line.replace(/\t\d{10}\t/, "\tLATER\t"))
      .join("\n");
  return at < 1_600_000_000_000 ? `${new Date(at).toISOString()} ${text}` : text;
}

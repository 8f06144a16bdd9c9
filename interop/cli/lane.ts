/** Where one line after the other is run, by curl and by the program: a site of its own, a process of its own, and folders. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rootPem } from "../../test/client/origin.ts";
import { openEchoSite, type EchoSite, type Received } from "./echo-site.ts";
import type { CommandEnd, CommandLine } from "./meerkat-program.ts";

/** What a line came to. */
export interface Came {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly files: Readonly<Record<string, string>>;
  readonly received: readonly unknown[];
  readonly stderr: string;
}

/** The words of a line as a shell makes them, and what comes with them. */
interface Words {
  readonly argv: readonly string[];
  readonly stdin: Buffer;
  /** Those that a command of curl's is given, as far as it looks at them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** In the place of curl: it writes down what it is given. */
const take =
  'curl() { if [ $# = 0 ]; then >.words; else printf "%s\\0" "$@" >.words; fi; for name in CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy ALL_PROXY no_proxy; do [ -z "${!name+x}" ] || printf "%s=%s\\0" "$name" "${!name}"; done >.variables; if [ ! -t 0 ]; then cat >.stdin; fi; };';

interface Parts {
  readonly folder: string;
  readonly site: EchoSite;
  readonly program: ChildProcess;
}

export class Lane implements AsyncDisposable {
  readonly #folder: string;
  readonly #site: EchoSite;
  readonly #program: ChildProcess;
  readonly #env: Readonly<Record<string, string>>;

  private constructor({ folder, site, program }: Parts) {
    this.#folder = folder;
    this.#site = site;
    this.#program = program;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      H: site.http,
      S: site.https,
      T: site.h2,
      P: String(site.port),
      CA: join(folder, "ca.pem"),
      SOCK: site.socketFile,
      KEY: "secret-key",
    };
  }

  /** In this folder, which is made. */
  static async open(folder: string): Promise<Lane> {
    mkdirSync(folder);
    writeFileSync(join(folder, "ca.pem"), rootPem);
    const site = await openEchoSite(join(folder, "socket"));
    const program = fork(fileURLToPath(new URL("meerkat-program.ts", import.meta.url)), {
      execArgv: ["--import", "tsx"],
    });
    await once(program, "message");
    return new Lane({ folder, site, program });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.kill();
    await this.#site[Symbol.asyncDispose]();
  }

  async byCurl(line: string): Promise<Came> {
    const cwd = workplace(this.#folder);
    return this.#cameTo(cwd, await inBash(line, cwd, this.#env));
  }

  async byMeerkat(line: string): Promise<Came> {
    const cwd = workplace(this.#folder);
    const { argv, stdin, variables } = await wordsOf(line, cwd, this.#env);
    return this.#run(cwd, { argv, stdin: stdin.toString("base64"), env: { HOME: cwd, ...variables } });
  }

  /** The same for words that need no shell. */
  byWords(argv: readonly string[]): Promise<Came> {
    const cwd = workplace(this.#folder);
    return this.#run(cwd, { argv, stdin: "", env: { HOME: cwd } });
  }

  async #run(cwd: string, { argv, ...rest }: Omit<CommandLine, "cwd">): Promise<Came> {
    const asked: CommandLine = { argv: ["curl", ...argv], cwd, ...rest };
    this.#program.send(asked);
    const [{ exitCode, stdout, stderr }] = (await once(this.#program, "message")) as [CommandEnd];
    return this.#cameTo(cwd, { exitCode, stdout: Buffer.from(stdout, "base64"), stderr });
  }

  #cameTo(cwd: string, { exitCode, stdout, stderr }: Ended): Came {
    const files = filesIn(cwd);
    rmSync(cwd, { recursive: true });
    const received = this.#site.take().map(comparable);
    return { exitCode, stdout: hide(stdout.toString("latin1")), files, received, stderr };
  }
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

async function inBash(line: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn("bash", ["-c", line], { cwd, env: { ...env, HOME: cwd } });
  child.stdin.end();
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
}

async function wordsOf(line: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Words> {
  await inBash(`${take}\n${line}`, cwd, env);
  const read = (name: string): readonly string[] =>
    readFileSync(join(cwd, name), "utf8").split("\0").slice(0, -1);
  const argv = read(".words");
  const pairs = read(".variables").map(
    (one) => [one.replace(/=.*/s, ""), one.replace(/^[^=]*=/, "")] as const,
  );
  const stdin = readFileSync(join(cwd, ".stdin"));
  for (const name of [".words", ".stdin", ".variables"]) rmSync(join(cwd, name));
  return { argv, stdin, variables: Object.fromEntries(pairs) };
}

/** A folder with what the lines name. */
function workplace(folder: string): string {
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
    writeFileSync(join(cwd, name), "machine 127.0.0.1 login nan password 'n\"\n".replace("'n\"", "secret"), {
      mode: 0o600,
    });
  utimesSync(join(cwd, "old.txt"), 1_400_000_000, 1_400_000_000);
  return cwd;
}

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

/** `meerkat get -b -c`: cookies typed, read from a file and written to one, in curl's format. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOrigin, type Origin } from "./cookies-and-files.ts";
import { withoutPackage } from "./without-package.ts";
import { meerkat } from "./transcript.ts";

let folder: string;
let origin: Origin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-cookies-"));
  origin = await openOrigin();
});
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The Cookie field that the server sees. */
async function cookieSent(path: string, ...flags: string[]): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await meerkat(["get", "-s", ...flags, `${origin.url}${path}`]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return (JSON.parse(stdout) as { readonly headers: Readonly<Record<string, string>> }).headers["cookie"];
}

async function fileOf(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

const later = Math.floor(Date.now() / 1000) + 1000;

describe("cookies that are typed", () => {
  it("are sent as they are", async () => {
    expect(await cookieSent("/echo", "-b", "a=1; b=2")).toBe("a=1; b=2");
  });

  it("may be given one by one", async () => {
    // As curl joins them.
    expect(await cookieSent("/echo", "-b", "a=1", "-b", "b=2")).toBe("a=1;b=2");
  });

  it("give way to a field that is typed", async () => {
    expect(await cookieSent("/echo", "-b", "a=1", "-H", "Cookie: c=3")).toBe("c=3");
  });
});

describe("a cookie file", () => {
  it("is written with what the server set and has not expired, for its owner alone, as curl reads it", async () => {
    const jar = join(folder, "written");
    await meerkat(["get", "-s", "-c", jar, `${origin.url}/set`]);
    const lines = (await readFile(jar, "utf8")).split("\n").filter((line) => line.includes("\t"));
    expect(lines).toEqual([
      "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t2",
      expect.stringMatching(/^127\.0\.0\.1\tFALSE\t\/\tFALSE\t\d{10,}\tkept\t1$/),
    ]);
    const [, expires = ""] = /\t(\d{10,})\tkept/.exec(lines[1] ?? "") ?? [];
    expect(Math.abs(Number(expires) - later)).toBeLessThan(60);
    expect((await stat(jar)).mode & 0o777).toBe(0o600);
    expect(await cookieSent("/echo", "-b", jar)).toBe("session=2; kept=1");
  });

  it("goes to stdout for -", async () => {
    const { stdout } = await meerkat(["get", "-s", "-c", "-", `${origin.url}/set`]);
    expect(stdout).toMatch(/^set\n# Netscape HTTP Cookie File\n[^]*\tkept\t1\n/);
  });

  it("may be new where it is both read and written, as in a script's first run", async () => {
    const jar = join(folder, "both");
    expect(await cookieSent("/echo", "-b", jar, "-c", jar)).toBeUndefined();
    await meerkat(["get", "-s", "-b", jar, "-c", jar, `${origin.url}/set`]);
    expect(await cookieSent("/echo", "-b", jar, "-c", jar)).toBe("session=2; kept=1");
  });

  it("gives each site its own, by domain, path, time and security", async () => {
    const port = new URL(origin.url).port;
    const jar = await fileOf(
      "sites",
      [
        "# a comment",
        "",
        `a.example\tFALSE\t/\tFALSE\t${later}\there\t1`,
        `a.example\tFALSE\t/elsewhere\tFALSE\t${later}\tpath\t1`,
        `a.example\tFALSE\t/\tTRUE\t${later}\tsecure\t1`,
        `a.example\tFALSE\t/\tFALSE\t1\texpired\t1`,
        `.example.com\tTRUE\t/\tFALSE\t${later}\tother\t1`,
        `#HttpOnly_a.example\tFALSE\t/\tFALSE\t0\tsession\t`,
      ].join("\r\n"),
    );
    const url = `http://a.example:${port}/echo`;
    const argv = ["get", "-s", "-b", jar, "--resolve", `a.example:${port}:127.0.0.1`, url];
    const { stdout } = await meerkat(argv);
    expect(JSON.parse(stdout)).toMatchObject({ headers: { cookie: "session=; here=1" } });
  });

  it("is kept up on the way through redirects, with what is typed", async () => {
    expect(await cookieSent("/login", "-L", "-b", "typed=1", "-c", join(folder, "way"))).toBe(
      "login=4; typed=1",
    );
  });

  it.each([
    ["of another kind", "a,b,c\n", /^error: Line 1 of the cookie file ".*" is not a cookie: it has 1 fields/],
    [
      "with a flag that is none",
      "# x\na.example\tmaybe\t/\tFALSE\t0\ta\tb\n",
      /^error: Line 2 of the cookie file ".*" is not a cookie: "maybe" is neither TRUE nor FALSE\.\n/,
    ],
  ])("%s is an error with curl's 26", async (what, content, stderr) => {
    const file = await fileOf(what, content);
    const transcript = await meerkat(["get", "-b", file, `${origin.url}/echo`]);
    expect(transcript).toMatchObject({ exitCode: 26, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
    expect(transcript.stderr).toMatch(/\nhint: .+\n$/);
  });

  it("that is not there is told, and the request is made without it, as by curl", async () => {
    const argv = ["-b", join(folder, "nonesuch"), `${origin.url}/echo`];
    const { exitCode, stderr } = await meerkat(["get", ...argv]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^note: the cookie file ".*nonesuch" is not there/m);
    expect(await meerkat(["get", "-s", ...argv])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("that cannot be written is told, and no failure, as to curl", async () => {
    const argv = ["-c", join(folder, "nonesuch", "jar"), `${origin.url}/set`];
    const { exitCode, stderr } = await meerkat(["get", ...argv]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^note: the cookies are lost: .*"?.*cannot be written: its folder does not exist\.$/m,
    );
    expect(await meerkat(["get", "-s", ...argv])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("needs tough-cookie, and where that is not installed the error says how to get it", () => {
    const { status, stderr } = withoutPackage("tough-cookie", [
      "get",
      "-c",
      join(folder, "never"),
      "http://127.0.0.1:1/",
    ]);
    expect(stderr).toMatch(
      /^error: Cookie files need the package tough-cookie, which is not installed\.\nhint: Install it beside meerkat: npm install tough-cookie\./,
    );
    expect(status).toBe(4);
  });
});

/** `meerkat get -o -O`: which file a body goes to, what it is called, and what is said where it cannot be written. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openHttp, until, type Origin } from "../client/origin.ts";
import { meerkat, type Transcript } from "./transcript.ts";

/** More than is received of a body that nobody reads. */
const large = randomBytes(4_000_000);

let origin: Origin;
let folder: string;
const home = process.cwd();
beforeAll(async () => {
  origin = await openHttp(
    (request, response) => {
      // A server's own idea of a name is not taken.
      response.setHeader(
        "content-disposition",
        "attachment; filename=\"../evil\"; filename*=UTF-8''..%2Fevil",
      );
      if (request.url === "/cut") {
        response.setHeader("content-length", large.length);
        response.write(large.subarray(0, 2_000_001), () => response.socket?.end());
        return;
      }
      response.end(request.url === "/large" ? large : "body");
    },
    { tls: false },
  );
});
afterAll(() => origin.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-files-"));
  mkdirSync(join(folder, "here"));
  process.chdir(join(folder, "here"));
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const get = (flags: readonly string[], path: string): Promise<Transcript> =>
  meerkat(["get", "-s", ...flags, `${origin.url}${path}`]);

it("whose reader has had enough of stdout ends with 23 and says nothing", async () => {
  const program = `"${process.execPath}" --import tsx src/cli/main.ts get -s "${origin.url}/large"`;
  const script = `{ ${program}; echo "ended with $?" >&2; } | head -c 1`;
  const child = spawn("bash", ["-c", script], { cwd: home, stdio: ["ignore", "ignore", "pipe"] });
  expect(await text(child.stderr)).toBe("ended with 23\n");
});

describe("-O names the file by what stands behind the URL's last slash, as it stands there", () => {
  it.each([
    ["/a/report.json?b=/c", "report.json"],
    ["/a/..%2f..%2fescaped", "..%2f..%2fescaped"],
    ["/a/..%5cescaped", "..%5cescaped"],
    ["/a%00b", "a%00b"],
    ["/a\u202etxt.exe", "a%E2%80%AEtxt.exe"],
    ["/a/b\\c", "c"],
    ["/-", "-"],
    ["/.profile", ".profile"],
  ])("%s", async (path, name) => {
    expect(await get(["-O"], path)).toMatchObject({ exitCode: 0, stdout: "" });
    expect(readdirSync(".")).toEqual([name]);
    expect(readFileSync(join(".", name), "utf8")).toBe("body");
    expect(readdirSync("..")).toEqual(["here"]);
  });

  it.each(["/", "/a/", "/a/%2e%2e", "/a/..", "/?x=/y"])("and %s has nothing there", async (path) => {
    const { exitCode, stderr } = await get(["-O"], path);
    expect(exitCode).toBe(23);
    expect(stderr).toContain("names no file");
    expect(readdirSync(".")).toEqual([]);
  });
});

describe("a body that cannot be written", () => {
  it.each([
    ["a folder", ".", /it is a folder/],
    ["a folder that is not there", "none/file", /its folder does not exist/],
    ["a name that is too long", "x".repeat(5_000), /ENAMETOOLONG/],
    ["a link to itself", "loop", /ELOOP/],
  ])("is an error, however much of it there is: %s", async (_, file, reason) => {
    symlinkSync("loop", "loop");
    for (const path of ["/", "/large"]) {
      const { exitCode, stderr } = await get(["-o", file], path);
      expect(exitCode).toBe(23);
      expect(stderr).toMatch(reason);
    }
  });
});

describe("a body in a file", () => {
  it("is all of it, over what was there or behind it", async () => {
    expect((await get(["-o", "file"], "/large")).exitCode).toBe(0);
    expect(readFileSync("file").equals(large)).toBe(true);
    expect((await get(["-o", "file"], "/")).exitCode).toBe(0);
    expect(readFileSync("file", "utf8")).toBe("body");
  });

  it("that breaks off is there as far as it came", async () => {
    expect((await get(["-o", "file"], "/cut")).exitCode).toBe(18);
    expect(readFileSync("file").equals(large.subarray(0, 2_000_001))).toBe(true);
  });

  it.skipIf(!existsSync("/dev/full"))("that has no room there is an error", async () => {
    for (const path of ["/", "/large"]) {
      const { exitCode, stderr } = await get(["-o", "/dev/full"], path);
      expect(exitCode).toBe(23);
      expect(stderr).toContain("the disk is full");
    }
  });
});

describe("a pipe", () => {
  const children: ChildProcess[] = [];
  beforeEach(() => execFileSync("bash", ["-c", "mkfifo pipe"]));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function start(command: string, args: readonly string[], cwd = process.cwd()): ChildProcess {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    return child;
  }

  it("gets the body when somebody reads it", async () => {
    const reader = start("bash", ["-c", "wc -c < pipe"]);
    const counted = once(reader.stdout ?? reader, "data");
    expect((await get(["-o", "pipe"], "/large")).exitCode).toBe(0);
    expect(Number(String((await counted)[0]))).toBe(large.length);
  });

  it("whose reader goes is an error", async () => {
    start("bash", ["-c", "exec head -c 1 < pipe"]);
    const { exitCode, stderr } = await get(["-o", "pipe"], "/large");
    expect(exitCode).toBe(23);
    expect(stderr).toContain("EPIPE");
  });

  it("gets cookies, and the page of a diagnosis, too", async () => {
    const read = async (): Promise<string> => {
      const reader = start("bash", ["-c", "exec head -c 30 < pipe"]);
      return String((await once(reader.stdout ?? reader, "data"))[0]);
    };
    const [cookies] = await Promise.all([read(), get(["-c", "pipe"], "/")]);
    expect(cookies).toMatch(/^# Netscape HTTP Cookie File/);
    const [page] = await Promise.all([read(), meerkat(["why", "--html", "pipe", `${origin.url}/`])]);
    expect(page).toMatch(/^<!doctype html>/i);
  });

  it.each<readonly [string, NodeJS.Signals, number]>([
    ["that nobody reads", "SIGINT", 130],
    ["whose reader stalls", "SIGTERM", 143],
  ])("%s is left at %s", async (what, signal, code) => {
    const program = ["--import", "tsx", "src/cli/main.ts", "get", "-s", "-o", join(process.cwd(), "pipe")];
    if (what.includes("stalls")) start("bash", ["-c", "exec sleep 1000 < pipe"]);
    const before = origin.accepted.length;
    const child = start(process.execPath, [...program, `${origin.url}/large`], home);
    const exit = once(child, "exit");
    await until(() => origin.accepted.length > before || child.exitCode !== null);
    child.kill(signal);
    expect(await exit).toEqual([code, null]);
  });
});

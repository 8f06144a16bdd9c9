/** `meerkat get -C - -r`: parts of a file; what is there is only ever added to by what comes behind it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOrigin, wholeFile, type Origin } from "./cookies-and-files.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let folder: string;
let origin: Origin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-resume-"));
  origin = await openOrigin();
});
afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let files = 0;

/** `-C -` on a file that has `content`; what it has then. */
async function resume(
  path: string,
  content: string | undefined,
  ...flags: string[]
): Promise<Transcript & { readonly content: string }> {
  const file = join(folder, `part-${++files}`);
  if (content !== undefined) await writeFile(file, content);
  const transcript = await meerkat(["get", "-C", "-", "-o", file, ...flags, `${origin.url}${path}`]);
  return { ...transcript, content: await readFile(file, "utf8") };
}

const whole = wholeFile.toString();

describe("-C -", () => {
  it("asks for what is missing, unencoded, and puts it behind what is there", async () => {
    const { exitCode, content } = await resume("/file", whole.slice(0, 7));
    expect({ exitCode, content }).toEqual({ exitCode: 0, content: whole });
    expect(origin.ranges.at(-1)).toBe("bytes=7-");
  });

  it.each([
    ["is not there", undefined],
    ["is empty", ""],
  ])("asks for everything where the file %s", async (_what, before) => {
    if (before === undefined) {
      const file = join(folder, "new");
      await meerkat(["get", "-s", "-C", "-", "-o", file, `${origin.url}/file`]);
      expect(await readFile(file, "utf8")).toBe(whole);
    } else {
      expect((await resume("/file", before)).content).toBe(whole);
    }
    expect(origin.ranges.at(-1)).toBeUndefined();
  });

  it("is content with a file that has it all", async () => {
    const { exitCode, stderr, content } = await resume("/file", whole);
    expect({ exitCode, content }).toEqual({ exitCode: 0, content: whole });
    expect(stderr).toContain("saved: nothing was missing; the file has all 20 bytes\n");
  });

  it("goes on behind a redirect with -L", async () => {
    expect((await resume("/moved", whole.slice(0, 3), "-L")).content).toBe(whole);
  });

  it.each([
    ["a server without ranges", "/no-ranges", "012", /sent the whole body instead of the rest/],
    ["a part that begins elsewhere", "/elsewhere", "012", /asked for byte 3 .* and sent "bytes 0-19\/20"/],
    ["a part in another coding", "/encoded", "012", /The rest came encoded \(gzip\)/],
    ["a file that is longer than the one there", "/file", `${whole}more`, /has nothing after byte 24/],
    ["a redirect that is not followed", "/moved", "012", /answered 302[^]*hint: -L follows redirects/],
    ["an error page", "/missing", "012", /answered 404/],
  ])("adds nothing to the file, and ends with curl's 33: %s", async (_what, path, before, stderr) => {
    const transcript = await resume(path, before, "-s");
    expect(transcript).toMatchObject({ exitCode: 33, stdout: "", content: before });
    expect(transcript.stderr).toMatch(stderr);
    expect(transcript.stderr).toMatch(/was left as it is\.\nhint: .+\n$/);
  });

  it.each([
    ["no file", [], /^error: -C has no file to go on with\.\nhint: Add -o FILE or -O\.\n$/],
    ["stdout", ["-o", "-"], /^error: -C has no file/],
    ["a range", ["-o", "x", "-r", "1-2"], /^error: -C and -r cannot stand together/],
    ["another method", ["-o", "x", "-d", "a=b"], /^error: -C goes with GET alone/],
    ["a word for a place", ["-o", "x", "-C", "7x"], /^error: Option "-C, .*" cannot be "7x"\. It takes "-"/],
  ])("is refused with %s, before any connection", async (_what, flags, stderr) => {
    const requests = origin.ranges.length;
    const transcript = await meerkat(["get", "-C", "-", ...flags, `${origin.url}/file`]);
    expect(transcript).toMatchObject({ exitCode: 2, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
    expect(origin.ranges.length).toBe(requests);
  });
});

describe("-r", () => {
  it("asks for a part, and gives what comes", async () => {
    const { stdout } = await meerkat(["get", "-s", "-r", "15-", `${origin.url}/file`]);
    expect(stdout).toBe(whole.slice(15));
    expect(origin.ranges.at(-1)).toBe("bytes=15-");
  });

  it.each(["x", "-", "5-4x", "1-2,"])("refuses %j, which is not a range", async (range) => {
    const { exitCode, stderr } = await meerkat(["get", `--range=${range}`, `${origin.url}/file`]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: Option "-r, --range <bytes>" cannot be ".*"\. It takes octets/);
  });
});

describe("a download to a file", () => {
  const download = (file: string, ...flags: string[]): Promise<Transcript> =>
    meerkat(["get", ...flags, "-o", join(folder, file), `${origin.url}/file`], {
      terminal: true,
      env: { NO_COLOR: "1" },
    });

  it("draws its progress on a terminal, and leaves one line of it", async () => {
    const { stderr } = await download("drawn");
    expect(stderr).toMatch(
      /\r\[={24}\] 100 % {2}20 B of 20 B +\r +\rsaved: 20 B in \d+\.\d s \(.*\/s\) to \S+drawn\n$/,
    );
  });

  it("draws nothing with -s, with --json, or where stderr is not a terminal", async () => {
    expect((await download("silent", "-s")).stderr).toBe("");
    expect((await download("json", "--report", "json")).stderr).toBe("");
    const { stderr } = await meerkat(["get", "-o", join(folder, "piped"), `${origin.url}/file`]);
    expect(stderr).toBe("trust: Nobody vouched for 127.0.0.1: the connection is plain HTTP.\n");
  });
});

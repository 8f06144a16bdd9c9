/** `meerkat get` against Apache, and beside curl: what one writes, the other reads. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../servers/process.ts";
import { hasApache, startApache, type Apache } from "./apache.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const hasCurl = findProgram("curl") !== undefined;

describe.skipIf(!hasApache)("get and Apache (skipped where apache2 or openssl is not installed)", () => {
  let apache: Apache;
  let folder: string;
  beforeAll(async () => {
    apache = await startApache();
    folder = mkdtempSync(join(tmpdir(), "meerkat-get-"));
  });
  afterAll(async () => {
    await apache.stop();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, ...flags: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "src/cli/main.ts",
        "get",
        "-s",
        "--cacert",
        apache.caFile,
        ...flags,
        apache.origin + path,
      ],
      { cwd: root, encoding: "utf8" },
    );
  const curl = (path: string, ...flags: string[]): string =>
    execFileSync("curl", ["-s", "--cacert", apache.caFile, ...flags, apache.origin + path], {
      encoding: "utf8",
    });

  it("goes on with a file where it ended, behind a redirect too", () => {
    for (const path of ["/large.bin", "/moved"]) {
      const file = join(folder, "large.bin");
      writeFileSync(file, apache.large.subarray(0, 1_000_001));
      expect(get(path, "-L", "-C", "-", "-o", file)).toMatchObject({ status: 0, stdout: "", stderr: "" });
      expect(Buffer.compare(readFileSync(file), apache.large)).toBe(0);
    }
  });

  it("leaves a whole file alone, and says that Apache does not tell whether it is whole", () => {
    const file = join(folder, "whole.bin");
    writeFileSync(file, apache.large);
    const { status, stderr } = get("/large.bin", "-C", "-", "-o", file);
    expect(status).toBe(33);
    expect(stderr).toMatch(
      /nothing after byte 2097152 [^]*\nhint: The answer does not say how long the file is there/,
    );
    expect(Buffer.compare(readFileSync(file), apache.large)).toBe(0);
  });

  it("asks for the parts of a compressible file as they are", () => {
    const file = join(folder, "text.txt");
    writeFileSync(file, apache.text.slice(0, 5000));
    expect(get("/text.txt", "-C", "-", "-o", file).status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(apache.text);
    expect(get("/text.txt", "-r", "3-6").stdout).toBe(apache.text.slice(3, 7));
    expect(get("/text.txt", "--compressed", "-w", "\n%header{content-encoding}").stdout).toBe(
      `${apache.text}\ngzip`,
    );
  });

  it("logs in with digest authentication, and not with a wrong password", () => {
    expect(get("/secret/", "--digest", "-u", "jane:secret").stdout).toBe("the secret\n");
    expect(get("/secret/", "--digest", "-u", "jane:guess", "--check-status").status).toBe(22);
  });

  it("says with -v why the request was made again: the challenge was answered", () => {
    const { stderr } = spawnSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "src/cli/main.ts",
        "get",
        "-v",
        "--cacert",
        apache.caFile,
        "--digest",
        "-u",
        "jane:secret",
        `${apache.origin}/secret/`,
      ],
      { cwd: root, encoding: "utf8" },
    );
    expect(stderr.replaceAll(/\n\* +/g, " ")).toMatch(
      /again +attempt 1 \(connection 1\) ended with status 401; made again \(the server's digest challenge is answered\)/,
    );
    expect(stderr).toMatch(/^> Authorization: Digest \*\*\*$/m);
    expect(stderr).not.toMatch(/response="/);
  });

  describe.skipIf(!hasCurl)("beside curl (skipped where curl is not installed)", () => {
    const cookies = (file: string): string[] =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.includes("\t"))
        .map((line) => line.replace(/\t\d{10,}\t/, "\tLATER\t"))
        .sort();

    it("writes the cookie file that curl writes, and each reads the other's", () => {
      const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
      get("/set/", "-c", ours);
      curl("/set/", "-c", theirs);
      expect(cookies(ours)).toEqual(cookies(theirs));
      expect(cookies(ours)).toHaveLength(2);
      const flags = ["-o", join(folder, "nothing"), "-w", "%header{x-cookie}"];
      const sent = [get("/set/", "-b", theirs, ...flags).stdout, curl("/set/", "-b", ours, ...flags)];
      expect(sent.map((field) => field.split("; ").sort())).toEqual([
        ["kept=1", "session=2"],
        ["kept=1", "session=2"],
      ]);
    });

    it("gives the same -w for the same answer", () => {
      const format = "%{http_code} %{size_download} %{num_redirects} %{url_effective} %{scheme} %{method}";
      const flags = ["-L", "-o", "/dev/null", "-w", format];
      const lower = (text: string): string => text.replace("HTTPS", "https"); // curl from 8.1 on says it in small letters.
      expect(lower(get("/moved", ...flags).stdout)).toBe(lower(curl("/moved", ...flags)));
    });

    it.each([
      ["a host that is not there", "https://nonesuch.invalid/", 6],
      ["a port where nothing listens", "https://127.0.0.1:1/", 7],
      ["a scheme without a host", "https://", 3],
    ])("ends with curl's exit code for %s", (_what, url, code) => {
      const ours = spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", "get", "-s", url], {
        cwd: root,
      });
      expect([ours.status, spawnSync("curl", ["-s", url]).status]).toEqual([code, code]);
    });

    it("ends with curl's exit code where nobody vouches, and where the rest of a file is refused", () => {
      const bare = (url: string): number | null =>
        spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", "get", "-s", url], { cwd: root })
          .status;
      expect([bare(apache.origin), spawnSync("curl", ["-s", apache.origin]).status]).toEqual([60, 60]);
      const file = join(folder, "page");
      writeFileSync(file, "0123");
      const flags = ["-C", "-", "-o", file];
      const theirs = spawnSync("curl", [
        "-s",
        "--cacert",
        apache.caFile,
        ...flags,
        `${apache.origin}/nonesuch`,
      ]);
      expect([get("/nonesuch", ...flags).status, theirs.status]).toEqual([33, 33]);
    });
  });
});

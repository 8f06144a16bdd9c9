/** `meerkat lab`: says where everything is, and closes when it is told to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { meerkat, type Transcript } from "./transcript.ts";

const interrupted = 130;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The command's transcript when it is interrupted as soon as it has said where the lab is. */
async function untilOpen(...argv: string[]): Promise<Transcript> {
  const stop = new AbortController();
  return meerkat(["lab", ...argv], { signal: stop.signal, onStdout: () => stop.abort(interrupted) });
}

describe("meerkat lab", () => {
  it("prints the sites, the CA file and how to point clients at them, and closes when interrupted", async () => {
    const { exitCode, stdout, stderr } = await untilOpen();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /^The lab is open at 127\.0\.0\.1:\d+, with a CA of its own made just now\. Ctrl-C closes it\.\n/,
    );
    expect(stdout).toMatch(/^ {2}expired +A certificate past its end$/m);
    expect(stdout).toMatch(
      /^ {2}curl --cacert \S+ --resolve '\*:\d+:127\.0\.0\.1' https:\/\/expired\.lab\.localhost:\d+\/$/m,
    );
    expect(stdout).toMatch(/\nThe lab is closed\.\n$/);
  });

  it("removes its CA file when it closes", async () => {
    const { stdout } = await untilOpen();
    const caFile = /^ {2}CA file +(\S+)$/m.exec(stdout)?.[1] ?? "";
    expect(caFile).toMatch(/\.pem$/);
    expect(existsSync(caFile)).toBe(false);
  });

  it("prints one JSON object with --json", async () => {
    const { exitCode, stdout } = await untilOpen("--json", "--site", "good", "--site", "expired");
    expect(exitCode).toBe(0);
    const lab = JSON.parse(stdout) as { readonly sites: readonly { readonly name: string }[] };
    expect(lab).toMatchObject({
      schema: 1,
      host: "127.0.0.1",
      caFile: expect.stringMatching(/\.pem$/) as string,
    });
    expect(lab.sites.map(({ name }) => name)).toEqual(["good", "expired"]);
  });

  it.each([
    [
      "a site that does not exist",
      ["--site", "nonesuch"],
      2,
      /^error: .*"nonesuch".*\nhint: `meerkat lab` without --site/,
    ],
    ["a port that is none", ["--port", "70000"], 2, /^error: .*It takes a number from 1 to 65535\.\nhint: /],
    [
      "a word that is not a flag",
      ["nonesuch"],
      2,
      /^error: "meerkat lab" takes no argument; "nonesuch" is too many\.\n/,
    ],
  ])("refuses %s", async (_what, argv, exitCode, stderr) => {
    const transcript = await meerkat(["lab", ...argv]);
    expect(transcript).toMatchObject({ exitCode, stdout: "" });
    expect(transcript.stderr).toMatch(stderr);
  });

  it("says so when the port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await meerkat(["lab", "--port", String(port)]);
    server.close();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `error: Port ${port} on 127.0.0.1 is taken.\nhint: Leave --port out and a free one is chosen.\n`,
    });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("in a process of its own ends well on %s", async (signal) => {
    const program = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "lab"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    program.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    await once(program.stdout, "data");
    program.kill(signal);
    const [code] = (await once(program, "close")) as [number | null];
    expect(code).toBe(0);
    expect(stdout).toMatch(/The lab is closed\.\n$/);
  });
});

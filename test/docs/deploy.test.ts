/** What the guide has workers started with: its files are those of `examples/watch`, and each line in them is one that is taken. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meerkat } from "../cli/transcript.ts";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";

const examples = fileURLToPath(new URL("../../examples/watch/", import.meta.url));
const read = (name: string): string => readFileSync(join(examples, name), "utf8");
const guide = readFileSync(new URL("../../docs/guide/9-watch.md", import.meta.url), "utf8");
const units = readdirSync(examples).filter((name) => name.endsWith(".service"));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-deploy-"));
  writeFileSync(join(folder, "watch.yaml"), read("watch.yaml"));
  writeFileSync(join(folder, "endpoints.txt"), "https://a.example/\n");
  writeFileSync(join(folder, "ca.pem"), pemOf(mintRoot("Root")));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The variables that the example's file of secrets sets. */
const env = Object.fromEntries(
  read("secrets.env")
    .split("\n")
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);

/** A command line of a unit or a container, checked here. */
async function check(words: readonly string[]): Promise<string> {
  const placed = words.map((word) =>
    word === "%i" ? "office" : word.replace("/etc/meerkat/", `${folder}/`),
  );
  // Its own is asked, by a CA that is not on this machine.
  const nobody = "redis://127.0.0.1:1";
  expect(env["MEERKAT_QUEUE"]).toMatch(/^rediss:/);
  const { exitCode, stdout, stderr } = await meerkat([...placed, "--check"], {
    env: { ...env, MEERKAT_QUEUE: nobody },
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringMatching(/^warning: The queue at \S+ does not answer now: [^\n]*\n$/) as unknown,
  });
  return stdout;
}

it.each(readdirSync(examples).filter((name) => name !== "meerkat-worker@.service"))(
  "the guide shows %s as it is",
  (name) => {
    const indented = read(name)
      .trimEnd()
      .split("\n")
      .map((line) => (line === "" ? "" : `    ${line}`))
      .join("\n");
    expect(guide).toContain(`\n\n${indented}\n\n`.trimEnd());
  },
);

it("the unit of a worker is that of the watch but for the two lines that the guide names", () => {
  const lines = (name: string): readonly string[] => read(name).split("\n");
  const watch = lines("meerkat-watch.service");
  const changed = lines("meerkat-worker@.service").filter((line, i) => line !== watch[i]);
  expect(changed.map((line) => line.split("=")[0])).toEqual(["Description", "ExecStart"]);
  expect(guide).toContain(`    ${changed[1]}\n`);
});

describe.each(units)("%s", (name) => {
  it("starts what the program takes", async () => {
    const [, line = ""] = /^ExecStart=\/usr\/bin\/meerkat (.*)$/m.exec(read(name)) ?? [];
    expect(await check(line.split(" "))).toMatch(/^(?:1 endpoint, joined with 1 bundle|A worker in office)/);
  });

  it("is a unit (skipped where systemd-analyze is not installed)", (context) => {
    if (spawnSync("systemd-analyze", ["--version"]).error !== undefined) return context.skip();
    const file = join(folder, name);
    writeFileSync(file, read(name).replace("/usr/bin/meerkat", process.execPath));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
    });
    const own = stderr.split("\n").filter((line) => line.includes("meerkat"));
    expect({ status, own }).toEqual({ status: 0, own: [] });
  });
});

it("the container starts what the program takes, with packages that it knows", async () => {
  const lines = read("Containerfile").trimEnd().split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["FROM", "RUN", "USER", "ENTRYPOINT", "CMD"]);
  const words = lines
    .filter((line) => /^(?:ENTRYPOINT|CMD) /.test(line))
    .flatMap((line) => JSON.parse(line.slice(line.indexOf("["))) as readonly string[]);
  expect(words[0]).toBe("meerkat");
  expect(await check(words.slice(1))).toBe("A worker in cloud has what it needs.\n");
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const [, installed = ""] = /install --global meerkat (.*)$/m.exec(read("Containerfile")) ?? [];
  for (const one of installed.split(" ")) {
    const [name = "", version] = one.split("@");
    expect(manifest.peerDependencies[name]).toMatch(new RegExp(`^\\^${version}\\.`));
  }
});

it("Prometheus takes its part (skipped where promtool is not installed)", (context) => {
  if (spawnSync("promtool", ["--version"]).error !== undefined) return context.skip();
  const args = ["check", "config", "--syntax-only", join(examples, "prometheus.yml")];
  expect(spawnSync("promtool", args, { encoding: "utf8" })).toMatchObject({ status: 0 });
});

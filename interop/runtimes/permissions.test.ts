/**
 * Programs that were started with few permissions: Deno with `--allow-net` and less, and Node's permission model. What is
 * not permitted is not looked at, and said, or is an error of the catalogue; and nobody is admitted for it.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { deno } from "../../src/runtime/index.ts";
import { run as runChild } from "../../test/child.ts";
import { binaries, run } from "./binaries.ts";
import type { Given } from "./permissions-program.ts";

const command = binaries.find(({ runtime }) => runtime === deno)?.command?.slice(0, 1);
const isSkipped = command === undefined;
const program = "interop/runtimes/permissions-program.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired"] });
});
afterAll(() => lab.close());

const given = (): string =>
  JSON.stringify({
    url: lab.url("good"),
    expired: lab.url("expired"),
    pem: lab.caPem,
    file: lab.caFile,
  } satisfies Given);

type Told = Readonly<Record<string, string>>;

describe("on Deno", () => {
  const tell = async (...permissions: readonly string[]): Promise<Told> => {
    // The version of the sources stands in package.json; a package that is installed needs no such read.
    const flags = ["run", "--no-lock", "--quiet", "--no-prompt", "--allow-read=package.json", ...permissions];
    const { stdout, stderr, exitCode } = await run([...(command ?? []), ...flags], [program, given()], {
      SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as Told;
  };

  test.skipIf(isSkipped)(
    "the network alone is enough where the roots are given (skipped without Deno)",
    async () => {
      const told = await tell("--allow-net");
      for (const name of ["roots as text", "the process's variables"]) {
        expect(told[name]).toMatch(/^200 good.lab.localhost was verified/);
        expect(told[name]).toContain("Whether these roots are Mozilla's cannot be told");
      }
      expect(told["an expired one"]).toMatch(/^expired: /);
      expect(told["a name"]).toMatch(/^name-not-found: /);
      expect(told["connect"]).toBe("verified");
      expect([told["createFetch"], told["MeerkatAgent"], told["installGlobally"]]).toEqual([
        "200",
        "200",
        "200 200",
      ]);
    },
  );

  test.skipIf(isSkipped)("what may not be read is called that (skipped without Deno)", async () => {
    const told = await tell("--allow-net");
    expect(told["roots of a file"]).toMatch(
      /^ca-file-unreadable: .*Deno's permissions do not let this program/,
    );
    expect(told["the default roots"]).toMatch(/^runtime-unfit: .*may not see the roots.* --allow-sys/);
    expect(told["the system's roots"]).toMatch(/^system-store-missing: .*Deno's permissions do not let/);
  });

  test.skipIf(isSkipped)(
    "--allow-sys is for the roots that Deno carries (skipped without Deno)",
    async () => {
      const told = await tell("--allow-net", "--allow-sys");
      expect(told["roots as text"]).not.toContain("Whether these roots are Mozilla's");
      // The lab's root is not among them.
      expect(told["the default roots"]).toMatch(/^missing-intermediate: /);
    },
  );

  test.skipIf(isSkipped)(
    "a list for the network names the addresses too (skipped without Deno)",
    async () => {
      const hosts = "good.lab.localhost,expired.lab.localhost";
      const told = await tell(`--allow-net=${hosts},127.0.0.1`);
      expect(told["roots as text"]).toMatch(/^200 /);
      expect(told["a name"]).toMatch(/^network-denied: This program may not look up name.invalid: Deno's/);
      const without = await tell(`--allow-net=${hosts}`);
      expect(without["roots as text"]).toMatch(
        /^network-denied: .*\(127\.0\.0\.1, ::1\): Deno's permissions/,
      );
    },
  );

  test.skipIf(isSkipped)(
    "without any nobody is reached, through no door (skipped without Deno)",
    async () => {
      for (const [name, said] of Object.entries(await tell())) {
        expect([name, said]).toEqual([
          name,
          expect.stringMatching(/^(network-denied|ca-file-unreadable|runtime-unfit|system-store-missing): /),
        ]);
      }
    },
  );

  test.skipIf(isSkipped)("the program needs the network alone (skipped without Deno)", async () => {
    const flags = ["run", "--no-lock", "--quiet", "--no-prompt", `--allow-read=package.json,${lab.caFile}`];
    const meerkat = (permissions: readonly string[], ...args: readonly string[]): ReturnType<typeof run> =>
      run([...(command ?? []), ...flags, ...permissions], ["src/cli/main.ts", ...args]);
    const got = await meerkat(["--allow-net"], "get", "--cacert", lab.caFile, lab.url("good"));
    expect(got).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Hello from good/) as string });
    const why = await meerkat(["--allow-net"], "why", "--cacert", lab.caFile, lab.url("expired"));
    expect(why.stdout).toContain("expired (certain; meerkat explain expired)");
    const denied = await meerkat([], "get", "--cacert", lab.caFile, lab.url("good"));
    expect([denied.exitCode, denied.stderr]).toEqual([
      7,
      expect.stringMatching(/^error: This program may not connect/),
    ]);
    const tour = await meerkat(["--allow-net"], "tour");
    expect(tour.stderr).toMatch(/^error: Requires .*\nhint: Start the program with that permission/);
  });
});

const major = Number(process.versions.node.split(".")[0]);

describe("under Node's permission model", () => {
  let folder: string;
  let built: string;
  beforeAll(async () => {
    // One file, so that nothing has to be permitted for whoever compiles.
    folder = mkdtempSync(join(tmpdir(), "meerkat-permissions-"));
    built = join(folder, "src/room/program.mjs");
    await build({
      entryPoints: [program],
      outfile: built,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
    });
    // Where the sources look for their version.
    copyFileSync("package.json", join(folder, "package.json"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const tell = async (...permissions: readonly string[]): Promise<Told> => {
    const flag = major < 22 ? "--experimental-permission" : "--permission";
    const all = [flag, `--allow-fs-read=${folder}/*`, ...permissions, built, given()];
    const { stdout, stderr, exitCode } = await runChild(process.execPath, all);
    expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as Told;
  };

  test("files that may not be read are called that", async () => {
    const told = await tell(...(major < 26 ? [] : ["--allow-net"]));
    expect(told["roots as text"]).toMatch(/^200 /);
    expect(told["an expired one"]).toMatch(/^expired: /);
    expect(told["roots of a file"]).toMatch(/^ca-file-unreadable: .*Node's permission model does not let/);
    expect(told["the system's roots"]).toMatch(
      /^system-store-missing: .*Node's permission model does not let/,
    );
  });

  test.skipIf(major < 26)("without --allow-net nobody is reached (skipped before Node 26)", async () => {
    const told = await tell();
    expect(told["roots as text"]).toMatch(/^network-denied: .*Node's permission model does not let it/);
    expect(told["a name"]).toMatch(/^network-denied: This program may not look up name.invalid/);
    expect(told["installGlobally"]).toMatch(/^network-denied: /);
  });
});

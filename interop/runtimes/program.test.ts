/** The program on Bun and on Deno: what it prints, how it ends, and that it says nothing it has not seen. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { pemOf } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import type { Outcome } from "../../test/child.ts";
import { binaries, run } from "./binaries.ts";

const main = "src/cli/main.ts";
const root = mintRoot("Program Test Root");
const leaf = mintLeaf("host.example", root);

describe.each(binaries)("the program on $runtime.name", ({ runtime: { name, library, shows }, command }) => {
  const isSkipped = command === undefined;
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await openLab({
      sites: ["good", "expired", "stapled", "self-signed", "no-close-notify", "connection-refused"],
    });
    folder = mkdtempSync(join(tmpdir(), "meerkat-program-"));
    writeFileSync(join(folder, "root.pem"), pemOf(root));
    writeFileSync(join(folder, "chain.pem"), pemOf(leaf));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(folder, { recursive: true });
  });

  const meerkat = (...args: readonly string[]): Promise<Outcome> => run(command, [main, ...args]);
  const words = ({ stdout, stderr }: Outcome): string => `${stdout}${stderr}`.replaceAll(/\s+/g, " ");

  test.skipIf(isSkipped)(`get prints the body, and who vouched (skipped without ${name})`, async () => {
    const ran = await meerkat("get", "--cacert", lab.caFile, lab.url("good"));
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Hello from good/) as string });
    expect(ran.stderr).toContain("was verified: Meerkat Lab Root vouches for it");
  });

  test.skipIf(isSkipped)(`get ends with curl's exit codes (skipped without ${name})`, async () => {
    const expected = { expired: 60, "self-signed": 60, "connection-refused": 7 };
    for (const [site, exitCode] of Object.entries(expected)) {
      const ran = await meerkat("get", "--cacert", lab.caFile, lab.url(site));
      expect([site, ran.exitCode]).toEqual([site, exitCode]);
      expect(ran.stderr).toMatch(/^error: \S.*\nhint: /s);
      expect(ran.stderr).not.toMatch(/TypeError|\bat .*:\d+/);
    }
  });

  test.skipIf(isSkipped)(
    `why names the cause, and whose TLS refused it (skipped without ${name})`,
    async () => {
      const said = words(await meerkat("why", "--cacert", lab.caFile, lab.url("expired")));
      expect(said).toContain("expired (certain; meerkat explain expired)");
      expect(said).toContain(`${library} refused it too`);
      expect(said).not.toContain("OpenSSL");
      // A chain that was refused is not read on the wire: the runtime tells no secrets of that handshake.
      expect(said).not.toContain("exactly as sent");
      expect(said).not.toContain("the server asked for none");
      expect(said).toContain("Cannot be seen on this runtime: whether the server stapled an OCSP response");
    },
  );

  test.skipIf(isSkipped)(
    `why of a healthy site says what it saw, and no more (skipped without ${name})`,
    async () => {
      const ran = await meerkat("why", "--cacert", lab.caFile, lab.url("good"));
      expect(ran.exitCode).toBe(0);
      const said = words(ran);
      expect(said).toContain("Nothing is wrong: good.lab.localhost answers 200");
      expect(said).not.toContain("The root is sent along");
      expect(said.includes("which certificates the server itself sent")).toBe(!shows.keyLog);
    },
  );

  test.skipIf(isSkipped)(
    `inspect says whether the chain is the one that was sent (skipped without ${name})`,
    async () => {
      const ran = await meerkat("inspect", "--cacert", lab.caFile, lab.url("good"));
      const [first] = ran.stdout.split("\n");
      expect(first).toMatch(
        shows.keyLog
          ? /: 2 certificates, as the server sent them$/
          : /: 3 certificates, as Deno shows them, completed from the roots$/,
      );
      expect(ran.stdout.includes("It asks for no client certificate")).toBe(shows.keyLog);
      expect(words(ran)).toContain("A client with these roots would trust it.");
    },
  );

  test.skipIf(isSkipped)(`verify and check judge files (skipped without ${name})`, async () => {
    const [anchors, chain] = [join(folder, "root.pem"), join(folder, "chain.pem")];
    const verified = await meerkat("verify", "--anchors", anchors, "--name", "host.example", chain);
    expect(verified).toMatchObject({ exitCode: 0, stderr: "" });
    const wrong = await meerkat("verify", "--anchors", anchors, "--name", "other.example", chain);
    expect(wrong.exitCode).toBe(60);
    const checked = await meerkat("check", anchors, "--for", "mongoose-os");
    expect(checked.exitCode).toBe(0);
    expect(words(checked)).toContain("Nothing is wrong with it.");
  });

  test.skipIf(isSkipped)(
    `what asks as a device would says that it cannot (skipped without ${name})`,
    async () => {
      for (const asked of [
        ["check", lab.caFile, lab.url("good"), "--for", "mongoose-os"],
        ["ca", lab.url("good"), "--cacert", lab.caFile, "--for", "mongoose-os"],
      ]) {
        const ran = await meerkat(...asked);
        expect([asked[0], ran.exitCode]).toEqual([asked[0], 35]);
        expect(words(ran)).toContain(`This cannot be done on ${name}: ${library} offers its own suites`);
      }
    },
  );
});

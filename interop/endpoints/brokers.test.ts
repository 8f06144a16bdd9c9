/** `meerkat ca` with brokers that were written by others: the chain comes with the handshake, whatever they want besides. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dovecot, isInstalled, mosquitto, postgres, start, type Running } from "./brokers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface CaJson {
  readonly sites: readonly { readonly site: string; readonly urls: readonly string[] }[];
  readonly anchors: readonly { readonly name: string }[];
  readonly failures: readonly object[];
  readonly notes: readonly string[];
}

function ca(url: string, caFile: string): { readonly status: number | null; readonly report: CaJson } {
  const args = ["--import", "tsx", "src/cli/main.ts", "ca", url, "--cacert", caFile, "--json"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { status, report: JSON.parse(stdout) as CaJson };
}

describe.each([
  ["mosquitto", mosquitto(), false],
  ["mosquitto that wants its clients' certificates", mosquitto(true), true],
  ["Dovecot for IMAP", dovecot("imap"), false],
  ["PostgreSQL", postgres, false],
] as const)("%s", (_name, program, asks) => {
  describe.skipIf(!isInstalled(program))("(skipped where it is not installed)", () => {
    let server: Running;
    beforeAll(async () => {
      server = await start(program);
    });
    afterAll(() => server.stop());

    it("gives its chain, and the root for it is chosen", () => {
      const { status, report } = ca(server.url, server.caFile);
      expect([status, report.failures]).toEqual([0, []]);
      expect(report.sites.map(({ urls }) => urls)).toEqual([[server.url]]);
      expect(report.anchors.map(({ name }) => name)).toEqual(["Interop Test Root"]);
      expect(report.notes.some((note) => note.includes("asks its clients for a certificate"))).toBe(asks);
    });

    it.skipIf(program.scheme !== "mqtts")("and so it does by host and port", () => {
      expect(ca(`localhost:${server.port}`, server.caFile).status).toBe(0);
    });
  });
});

/** Every site of the lab, asked on Bun and on Deno: nobody is admitted whom Node refuses, but for what the ledger names. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab, type Site } from "../../src/lab/index.ts";
import type { Ask, Told } from "./ask-program.ts";
import { askOn } from "./ask.ts";
import { binaries } from "./binaries.ts";
import { ledger, type Deviation } from "./ledger.ts";

const shortMs = 4_000;
const timeouts = {
  connectMs: 20_000,
  tlsMs: shortMs,
  sendMs: shortMs,
  headMs: shortMs,
  bodyIdleMs: shortMs,
  totalMs: 8_000,
};
/** Twice that passes before a server that answers no PING is given up. */
const pingMs = 1_000;

function askFor(lab: Lab, { url, host, needs = {} }: Site): Ask {
  const { pins, profile, protocol, uploadBytes } = needs;
  return {
    url,
    client: { pingMs },
    options: {
      roots: lab.caPem,
      timeouts,
      ...(pins && { pins: { [host]: pins } }),
      ...(profile && { profile }),
      ...(protocol && { protocol }),
      ...(uploadBytes && { method: "POST", body: "x".repeat(uploadBytes) }),
    },
  };
}

describe.each(binaries)("the lab on $runtime.name", ({ runtime: { name, shows }, command }) => {
  const known: Readonly<Record<string, Deviation>> = name === "Node" ? {} : ledger[name];
  const isSkipped = command === undefined;
  let lab: Lab;
  const told = new Map<string, Told>();
  // A CRL has to be fetched first, and a client's handed over: that is about the engine, and the same everywhere.
  const asked = (site: Site): boolean => site.needs?.revocation !== "crl";

  beforeAll(async () => {
    if (isSkipped) return;
    lab = await openLab();
    const sites = lab.sites.filter(asked);
    const all = await askOn(
      command,
      sites.map((site) => askFor(lab, site)),
    );
    for (const [i, { name: site }] of sites.entries()) {
      const [first] = all[i] ?? [];
      if (first !== undefined) told.set(site, first);
    }
  }, 300_000);
  afterAll(() => lab?.close());

  test.skipIf(isSkipped)(
    `each site comes to what it says, or to its row in the ledger (skipped without ${name})`,
    () => {
      const outcomes = lab.sites.filter(asked).map((site) => [site.name, outcomeOf(told.get(site.name))]);
      const expected = lab.sites
        .filter(asked)
        .map(({ name: site, expected: { code, status } }) => [site, known[site]?.ours ?? code ?? status]);
      expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected));
    },
  );

  test.skipIf(isSkipped)(`each failure has a sentence (skipped without ${name})`, () => {
    for (const { code, message } of told.values()) {
      if (code === null) continue;
      expect(message).toMatch(/^\S.*[.!?]$/s);
      expect(message).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test.skipIf(isSkipped)(
    `what is admitted has both keys, and says what it did not see (skipped without ${name})`,
    () => {
      for (const { status, kind, openssl, explained } of told.values()) {
        if (status === null) continue;
        expect(["verified", "pinned"]).toContain(kind);
        expect(openssl).toBe("accepted");
        if (!shows.staple) expect(explained).toContain("Cannot be seen here: whether the server stapled");
      }
      const { completeness } = told.get("no-close-notify") ?? {};
      expect(completeness).toBe("unverifiable");
    },
  );

  test.skipIf(isSkipped)(
    `nothing that switches its own verification off lets anybody in (skipped without ${name})`,
    async () => {
      const { careless } = binaries.find(({ runtime }) => runtime.name === name) ?? { careless: undefined };
      const [program = "", ...before] = command ?? [];
      const loose = [program, ...before, ...(careless?.flags ?? [])];
      const bad = lab.sites.filter(
        ({ family, expected, needs }) =>
          family === "certificates" && expected.code !== null && needs === undefined,
      );
      const all = await askOn(
        loose,
        bad.map((site) => askFor(lab, site)),
        careless?.env,
      );
      const outcomes = bad.map((site, i) => [site.name, outcomeOf(all[i]?.[0])]);
      const expected = bad.map(({ name: site, expected: { code } }) => [site, known[site]?.ours ?? code]);
      expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(expected));
    },
    120_000,
  );
});

function outcomeOf(told: Told | undefined): Told["code"] | number {
  return told === undefined ? "nothing was told" : (told.code ?? told.status);
}

/**
 * What `meerkat inspect --cert` and `check --cert` say of a client certificate beforehand, against what servers that others
 * wrote then do with it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { meerkat } from "../../test/cli/transcript.ts";
import { identityOf, pemOf, type Identity } from "../../test/pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import {
  isInstalled,
  lax,
  startAsker,
  startFromInput,
  strict,
  type Asker,
  type RunningAsker,
  type Version,
} from "./servers.ts";
import { isTaken } from "./shown.ts";

const root = mintRoot("Device Root");
const others = [mintRoot("Second Root"), mintRoot("Third Root")];
const middle = mint({ name: "Device CA", ca: true }, root);
const usual = { purposes: ["clientAuth"], names: null } as const;
const leaf = mintLeaf("device-17", middle, usual);

interface Case {
  readonly identity: Identity;
  readonly outlook: "nothing-against" | "likely-refused" | "unusable";
  readonly code?: string;
}

const cases: Readonly<Record<string, Case>> = {
  good: { identity: identityOf(leaf, middle), outlook: "nothing-against" },
  "of the root itself": {
    identity: identityOf(mintLeaf("device-18", root, usual)),
    outlook: "nothing-against",
  },
  expired: {
    identity: identityOf(
      mintLeaf("device-17", middle, { ...usual, notBeforeAt: now - yearMs, notAfterAt: now - dayMs }),
      middle,
    ),
    outlook: "unusable",
    code: "expired",
  },
  "not yet valid": {
    identity: identityOf(mintLeaf("device-17", middle, { ...usual, notBeforeAt: now + 9 * dayMs }), middle),
    outlook: "unusable",
    code: "not-yet-valid",
  },
  "for servers": {
    identity: identityOf(mintLeaf("device-17", middle, { ...usual, purposes: ["serverAuth"] }), middle),
    outlook: "unusable",
    code: "not-for-clients",
  },
  "of another CA": {
    identity: identityOf(mintLeaf("device-17", mintRoot("Elsewhere"), usual)),
    outlook: "likely-refused",
    code: "issuer-not-named",
  },
  "without its intermediate": {
    identity: identityOf(leaf),
    outlook: "likely-refused",
    code: "issuer-not-named",
  },
};

const folder = mkdtempSync(join(tmpdir(), "meerkat-identities-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name.replaceAll(" ", "-"));
  writeFileSync(path, content);
  return path;
}

interface Told {
  readonly outlook: string;
  readonly findings: readonly { readonly code: string }[];
  readonly handshake?: {
    readonly kind: string;
    readonly alert?: string;
    readonly completed?: boolean;
  } | null;
}

async function inspect(server: RunningAsker, name: string, { cert, key }: Identity): Promise<Told> {
  const shown = ["--cert", file(`${name}.pem`, cert), "--key", file(`${name}.key`, key)];
  const { stdout } = await meerkat(["inspect", "--json", "--cacert", server.caFile, ...shown, server.url]);
  return (JSON.parse(stdout) as { readonly identity: Told }).identity;
}

/** The certificate alone, without its key. */
async function check(
  server: RunningAsker,
  name: string,
  { cert }: Identity,
): Promise<readonly [exitCode: number, outlook: string | undefined]> {
  const { caFile, url } = server;
  const argv = [
    "check",
    caFile,
    "--json",
    "--cacert",
    caFile,
    "--within",
    "1",
    "--cert",
    file(`${name}-alone.pem`, cert),
    url,
  ];
  const { exitCode, stdout } = await meerkat(argv);
  const [told] = (JSON.parse(stdout) as { readonly identities: readonly Told[] }).identities;
  return [exitCode, told?.outlook];
}

/** Each case by name: at once, but for `openssl s_server`, which serves one connection after the other. */
async function each<T>(
  { program }: Asker,
  ask: (name: string, one: Case) => Promise<T>,
): Promise<Readonly<Record<string, T>>> {
  const told: Promise<readonly [string, T]>[] = [];
  for (const [name, one] of Object.entries(cases)) {
    const asked = ask(name, one).then((answer) => [name, answer] as const);
    told.push(asked);
    if (program === "openssl") await asked;
  }
  return Object.fromEntries(await Promise.all(told));
}

const versions: readonly Version[] = ["TLSv1.2", "TLSv1.3"];
const table = strict.flatMap((asker) => versions.map((version) => [asker.name, version, asker] as const));

describe.each(table)("%s, %s", (_name, version, asker) => {
  it.skipIf(!isInstalled(asker)).each<readonly [law: string, clientCas: string]>([
    ["one CA", pemOf(root)],
    ["several", pemOf(...others, root)],
  ])("takes what nothing speaks against, and nothing else; it names %s", async (_law, clientCas) => {
    await using server = await startAsker(asker, { version, clientCas });
    const taken = await each(asker, (_case, { identity }) =>
      isTaken({ scheme: asker.scheme, port: server.port }, identity),
    );
    const inspected = await each(asker, (name, { identity }) => inspect(server, name, identity));
    const checked = await each(asker, (name, { identity }) => check(server, name, identity));
    for (const [name, { outlook, code }] of Object.entries(cases)) {
      const isGood = outlook === "nothing-against";
      expect([name, taken[name]]).toEqual([name, isGood]);
      // Whose issuer it takes is not to be seen of a server that names none: that is said, and no more.
      const isUntold = !asker.names && outlook !== "unusable";
      const expected = isUntold ? "nothing-against" : outlook;
      expect([name, inspected[name]?.outlook]).toEqual([name, expected]);
      expect(inspected[name]?.findings.map((finding) => finding.code)).toEqual([
        ...(code === undefined || isUntold ? [] : [code]),
        ...(asker.names ? [] : ["issuers-untold"]),
      ]);
      expect([name, checked[name]]).toEqual([name, [expected === "nothing-against" ? 0 : 1, expected]]);
      // nginx lets the handshake pass and answers 400: its TLS took it, and no more is said.
      const refuses = !isGood && asker.program !== "nginx";
      expect([name, inspected[name]?.handshake?.kind]).toEqual([name, refuses ? "refused" : "quiet"]);
    }
  });
});

describe.skipIf(!isInstalled(lax)).each(versions)(
  "openssl s_server without -verify_return_error, %s",
  (version) => {
    it("takes what breaks a rule: that is said of the certificate, and not that the server refused it", async () => {
      await using server = await startAsker(lax, { version, clientCas: pemOf(root) });
      const taken = await each(lax, (_case, { identity }) =>
        isTaken({ scheme: "https", port: server.port }, identity),
      );
      const inspected = await each(lax, (name, { identity }) => inspect(server, name, identity));
      for (const [name, { outlook }] of Object.entries(cases)) {
        expect([name, taken[name]]).toEqual([name, true]);
        expect([name, inspected[name]?.outlook]).toEqual([name, outlook]);
        expect([name, inspected[name]?.handshake?.kind]).toEqual([name, "quiet"]);
      }
    });

    it("whose input ends takes it and goes, and that is said as it was seen", async () => {
      await using server = await startFromInput("after the handshake", { version, clientCas: pemOf(root) });
      expect(await inspect(server, "input", identityOf(leaf, middle))).toMatchObject({
        outlook: "nothing-against",
        findings: [],
        handshake: { kind: "closed", completed: true },
      });
    });

    it("whose input is at its end speaks no TLS, and the certificate is not blamed for that", async () => {
      await using server = await startFromInput("at once", { version, clientCas: pemOf(root) });
      const { cert, key } = identityOf(leaf, middle);
      const shown = ["--cert", file("eof.pem", cert), "--key", file("eof.key", key)];
      const { exitCode, stdout, stderr } = await meerkat(["inspect", ...shown, server.url]);
      expect([exitCode, stdout]).toEqual([35, ""]);
      expect(stderr).toContain("during the TLS handshake, after");
      expect(stderr).not.toMatch(/certificate/i);
    });
  },
);

describe.skipIf(!isInstalled(lax))("a certificate with another's key", () => {
  it("is found before it is shown", async () => {
    await using server = await startAsker(lax, { version: "TLSv1.3", clientCas: pemOf(root) });
    const { cert } = identityOf(leaf, middle);
    const { key } = identityOf(mintLeaf("device-18", middle, usual));
    const told = await inspect(server, "mixed", { cert, key });
    expect(told).toMatchObject({
      outlook: "unusable",
      findings: [{ code: "key-mismatch" }],
      handshake: null,
    });
    await expect(isTaken({ scheme: "https", port: server.port }, { cert, key })).rejects.toThrow(/key/i);
  });
});

/** `meerkat check --fleet`: the client certificates that a manifest names, against what endpoints ask, without their keys. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOrigin, root, rootPem, type Origin } from "../client/origin.ts";
import { identityOf, pemOf, type Minted } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { meerkat, type Transcript } from "./transcript.ts";

const clients = mintRoot("Clients");
const middle = mint({ name: "Device CA", ca: true }, clients);
const purposes = ["clientAuth"] as const;
const leaf = mintLeaf("device-17", middle, { purposes, names: null });
const brief = mintLeaf("device-17", middle, { purposes, names: null, notAfterAt: now + 9 * dayMs });
const stranger = mintLeaf("device-17", mintRoot("Elsewhere"), { purposes, names: null });
const forServers = mintLeaf("device-17", middle, { names: null });

let folder: string;
let broker: Origin;
let open: Origin;
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-fleet-identity-"));
  const chain = (...all: [Minted, ...Minted[]]): string => pemOf(...all);
  await writeFile(join(folder, "ca.pem"), rootPem);
  await writeFile(join(folder, "ca.der"), root.certificate.der);
  await writeFile(join(folder, "good.pem"), chain(leaf, middle));
  await writeFile(join(folder, "brief.pem"), chain(brief, middle));
  await writeFile(join(folder, "stranger.pem"), chain(stranger));
  await writeFile(join(folder, "for-servers.pem"), chain(forServers, middle));
  await writeFile(join(folder, "with-key.pem"), identityOf(leaf, middle).cert + identityOf(leaf).key);
  broker = await openOrigin(() => {}, {
    tls: { ALPNProtocols: undefined, requestCert: true, ca: pemOf(clients) },
  });
  open = await openOrigin(() => {}, { tls: { ALPNProtocols: undefined } });
});
afterAll(async () => {
  await broker.close();
  await open.close();
  await rm(folder, { recursive: true });
});

const urlOf = ({ port }: Origin): string => `mqtts://localhost:${port}`;
const file = (name: string): string => join(folder, name);

async function fleet(changes: object, ...argv: readonly string[]): Promise<Transcript> {
  const manifest = file(`fleet-${runs++}.json`);
  const firmware = { name: "lamp", device: "python", bundle: "ca.pem", endpoints: [urlOf(broker)] };
  await writeFile(manifest, JSON.stringify({ schema: 1, firmwares: [{ ...firmware, ...changes }] }));
  return meerkat(["check", "--fleet", manifest, "--within", "30", "--cacert", file("ca.pem"), ...argv]);
}

interface Told {
  readonly ok: boolean;
  readonly endpoints: readonly {
    readonly verdict: string;
    readonly notes: readonly string[];
    readonly identities: readonly {
      readonly site: string | null;
      readonly outlook: string;
      readonly endsEarly: boolean;
      readonly unjudged?: string;
      readonly findings: readonly { readonly code: string }[];
    }[];
  }[];
}

async function told(changes: object, ...argv: readonly string[]): Promise<readonly [number, Told]> {
  const { exitCode, stdout, stderr } = await fleet(changes, "--json", ...argv);
  expect(stderr).toBe("");
  const [firmware] = (JSON.parse(stdout) as { readonly firmwares: readonly Told[] }).firmwares;
  if (firmware === undefined) throw new Error("There is no firmware.");
  return [exitCode, firmware];
}

describe("the certificate that a firmware shows", () => {
  it("is judged against what the endpoint asks, without its key, which is said", async () => {
    const [exitCode, { ok, endpoints }] = await told({ clientCertificate: "good.pem" });
    expect([exitCode, ok]).toEqual([0, true]);
    expect(endpoints[0]?.identities).toMatchObject([
      { site: `localhost:${broker.port}`, outlook: "nothing-against", findings: [], endsEarly: false },
    ]);
    expect(endpoints[0]?.identities[0]?.unjudged).toMatch(/^Judged without its key: /);
    const { stdout } = await fleet({ clientCertificate: "good.pem" });
    expect(stdout).toContain("every firmware connects");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("Judged without its key: whether the key belongs");
  });

  it("may stand in one file with a key, which nobody looks at", async () => {
    const [exitCode, { endpoints }] = await told({ clientCertificate: "with-key.pem" });
    expect([exitCode, endpoints[0]?.identities[0]?.unjudged]).toEqual([0, expect.any(String)]);
  });

  interface Seen {
    readonly outlook: string;
    readonly codes?: readonly string[];
    readonly endsEarly?: boolean;
  }
  it.each<readonly [law: string, changes: object, seen: Seen]>([
    [
      "for servers",
      { clientCertificate: "for-servers.pem" },
      { outlook: "unusable", codes: ["not-for-clients"] },
    ],
    [
      "of another CA",
      { clientCertificate: "stranger.pem" },
      { outlook: "likely-refused", codes: ["issuer-not-named"] },
    ],
    [
      "that ends before its day",
      { clientCertificate: "brief.pem" },
      { outlook: "nothing-against", endsEarly: true },
    ],
    [
      "behind an intermediate that the device does not send",
      { clientCertificate: "good.pem", device: "micropython", bundle: "ca.der" },
      { outlook: "likely-refused", codes: ["chain-not-sent"] },
    ],
  ])("ends it with 1: %s", async (_law, changes, { outlook, codes = [], endsEarly = false }) => {
    const [exitCode, { ok, endpoints }] = await told(changes);
    expect([exitCode, ok, endpoints[0]?.verdict]).toEqual([1, false, "connects"]);
    const [identity] = endpoints[0]?.identities ?? [];
    expect(identity).toMatchObject({ outlook, endsEarly });
    expect(identity?.findings.map(({ code }) => code)).toEqual(codes);
  });

  it("an endpoint's own goes before the firmware's", async () => {
    const endpoints = [urlOf(open), { url: urlOf(broker), clientCertificate: "good.pem" }];
    const [exitCode, firmware] = await told({ clientCertificate: "stranger.pem", endpoints });
    expect(firmware.endpoints.map(({ identities }) => identities[0]?.outlook)).toEqual([
      "not-asked",
      "nothing-against",
    ]);
    expect(exitCode).toBe(0);
  });

  it("is judged by itself where the endpoint was not reached", async () => {
    const [exitCode, { endpoints }] = await told({
      clientCertificate: "for-servers.pem",
      endpoints: ["mqtts://localhost:1"],
    });
    expect(exitCode).toBe(7);
    expect(endpoints[0]?.identities).toMatchObject([
      { site: null, outlook: "unusable", findings: [{ code: "not-for-clients" }] },
    ]);
  });

  it("that nobody named is a note, where one is asked for", async () => {
    const [exitCode, { endpoints }] = await told({});
    expect([exitCode, endpoints[0]?.identities]).toEqual([0, []]);
    expect(endpoints[0]?.notes.join(" ")).toMatch(
      /asks its clients for a certificate from Clients, and none was given \(clientCertificate in the manifest\)/,
    );
  });

  it("may be the command line's, with its key", async () => {
    const { key } = identityOf(leaf);
    await writeFile(file("good.key"), key);
    const [exitCode, { endpoints }] = await told({}, "--cert", file("good.pem"), "--key", file("good.key"));
    expect([exitCode, endpoints[0]?.identities[0]?.outlook]).toEqual([0, "nothing-against"]);
    expect(endpoints[0]?.identities[0]?.unjudged).toBeUndefined();
  });
});

describe("reports", () => {
  it("the text names the file, the host and what speaks against it", async () => {
    const { exitCode, stdout } = await fleet({ clientCertificate: "for-servers.pem", count: 12 });
    expect(exitCode).toBe(1);
    const flat = stdout.replaceAll(/\s+/g, " ");
    expect(flat).toContain("1 of the firmwares (12 devices) has 1 endpoint that is not well.");
    expect(flat).toMatch(
      /client certificate .*for-servers\.pem at localhost:\d+: error: It is not for TLS clients.* Get a certificate for clients/,
    );
  });

  it("JUnit has a test for it, which fails", async () => {
    const path = file("fleet.xml");
    await fleet({ clientCertificate: "brief.pem" }, "--junit", path);
    const xml = await readFile(path, "utf8");
    expect(xml).toMatch(/<testsuite name="lamp" tests="3" failures="1" errors="0"/);
    expect(xml).toContain(`name="${urlOf(broker)} (client certificate)"`);
    expect(xml).toMatch(/<failure type="client-certificate-ends-early" message="Its chain is good until /);
    expect(xml).toContain("Judged without its key:");
    await fleet({ clientCertificate: "good.pem" }, "--junit", path);
    expect(await readFile(path, "utf8")).toMatch(/tests="3" failures="0"/);
  });

  it("SARIF has each finding at the certificate's file", async () => {
    const path = file("fleet.sarif");
    await fleet({ clientCertificate: "for-servers.pem" }, "--sarif", path);
    const log = JSON.parse(await readFile(path, "utf8")) as {
      readonly runs: readonly {
        readonly results: readonly {
          readonly ruleId: string;
          readonly level: string;
          readonly locations: readonly {
            readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
          }[];
        }[];
      }[];
    };
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toContainEqual([
      "client-certificate-not-for-clients",
      "error",
    ]);
    const at = results.find(({ ruleId }) => ruleId === "client-certificate-not-for-clients");
    expect(at?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/\/for-servers\.pem$/);
  });
});

describe("a manifest that names one wrongly is told the place", () => {
  it.each<readonly [what: string, changes: () => object, says: RegExp, exit: number]>([
    [
      "a file that is not there",
      () => ({ clientCertificate: "gone.pem" }),
      /firmwares\[0\]\.clientCertificate cannot be used: .*gone\.pem" cannot be read/,
      26,
    ],
    ["a number", () => ({ clientCertificate: 7 }), /firmwares\[0\]\.clientCertificate is not text/, 2],
    [
      "an endpoint's that is not there",
      () => ({ endpoints: [{ url: urlOf(broker), clientCertificate: "gone.pem" }] }),
      /firmwares\[0\]\.endpoints(\[0\])?\.clientCertificate cannot be used/,
      26,
    ],
    [
      "an unknown key of an endpoint",
      () => ({ endpoints: [{ url: urlOf(broker), cert: "good.pem" }] }),
      /endpoints\[0\] has "cert", which is unknown/,
      2,
    ],
    [
      "an endpoint twice, with another one",
      () => ({ endpoints: [urlOf(broker), { url: urlOf(broker), clientCertificate: "good.pem" }] }),
      /endpoints\[1\]\.url is named before, with another client certificate/,
      2,
    ],
  ])("%s", async (_what, changes, says, exit) => {
    const { exitCode, stderr } = await fleet(changes());
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(says);
    expect(exitCode).toBe(exit);
  });
});

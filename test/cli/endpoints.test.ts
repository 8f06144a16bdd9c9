/**
 * `meerkat ca`, `check` and `example` with endpoints that are no web sites: the chain is taken from the handshake, behind
 * STARTTLS where there is one, and whatever comes afterwards is a note.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createHttpsServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { protocolNames, type StartTlsProtocol } from "../../src/core/index.ts";
import { mintIdentity, openOrigin, root, rootPem, type Origin } from "../client/origin.ts";
import { openStartTlsServer, startTlsTurns } from "../client/start-tls-server.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { identityOf, type Minted, pemOf } from "../pki/index.ts";
import { meerkat, type Transcript } from "./transcript.ts";

let folder: string;
let caFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-endpoints-"));
  caFile = join(folder, "ca.pem");
  await writeFile(caFile, rootPem);
});
afterAll(() => rm(folder, { recursive: true }));

interface CaJson {
  readonly exitCode: number;
  readonly sites: readonly { readonly site: string; readonly urls: readonly string[] }[];
  readonly failures: readonly {
    readonly url: string;
    readonly error: { readonly code: string; readonly message: string };
  }[];
  readonly notes: readonly string[];
}

async function ca(...args: readonly string[]): Promise<CaJson> {
  const { stdout, stderr } = await meerkat(["ca", ...args, "--cacert", caFile, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as CaJson;
}

/** A server that speaks no HTTP within TLS: it says nothing, as a broker does until its client has spoken. */
const openBroker = (tls: object = {}): Promise<Origin> =>
  openOrigin(() => {}, { tls: { ALPNProtocols: undefined, ...tls } });

describe("an endpoint that begins with TLS", () => {
  it.each<readonly [url: (port: number) => string]>([
    [(port) => `mqtts://localhost:${port}`],
    [(port) => `localhost:${port}`],
    [(port) => `tls://localhost:${port}/ignored?token=SECRET`],
    [(port) => `amqps://user:SECRET@localhost:${port}/vhost`],
  ])("gives its chain, and is asked nothing: %s", async (url) => {
    await using broker = await openBroker();
    const heard: string[] = [];
    broker.server.on("secureConnection", (socket: Socket) =>
      socket.on("data", (chunk: Buffer) => heard.push(chunk.toString())),
    );
    const report = await ca(url(broker.port));
    expect([report.exitCode, report.failures]).toEqual([0, []]);
    expect(report.sites.map(({ site }) => site)).toEqual([`localhost:${broker.port}`]);
    expect(JSON.stringify(report)).not.toMatch(/SECRET|user/);
    expect(heard).toEqual([]);
  });

  it("and nobody vouches for is a failure, as a web site is", async () => {
    await using broker = await openBroker(identityOf(mintLeaf("localhost", mintRoot("Stranger"))));
    const report = await ca(`mqtts://localhost:${broker.port}`);
    expect([report.exitCode, report.failures.map(({ error }) => error.code)]).toEqual([
      60,
      ["missing-intermediate"],
    ]);
  });

  it("and is at none of its addresses is told with the end at each", async () => {
    await using closes = await openOrigin((socket) => socket.destroy(), { tls: false });
    const place = `api.localhost:${closes.port}`;
    const { failures } = await ca(`tls://${place}`, "--resolve", `${place}:127.0.0.1,127.0.0.2`);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.error.message).toMatch(
      /^No address showed certificates\. 127\.0\.0\.1: .+ 127\.0\.0\.2: ECONNREFUSED\.$/,
    );
  });

  it("and shows a certificate that cannot be read is a failure, too", async () => {
    const leaf = mintLeaf("localhost", root);
    const der = Buffer.from(leaf.der);
    // BER that OpenSSL reads, and not DER: X.690 §11.1.
    der[der.indexOf(Uint8Array.of(1, 1, 0xff)) + 2] = 1;
    await using broker = await openBroker({ ...identityOf(leaf), cert: pemOf({ der }) });
    await using other = await openBroker();
    const report = await ca(`mqtts://localhost:${broker.port}`, `mqtts://localhost:${other.port}`);
    expect([report.exitCode, report.failures.map(({ error }) => error.code)]).toEqual([
      60,
      ["malformed-certificate"],
    ]);
    expect(report.sites.map(({ site }) => site)).toEqual([`localhost:${other.port}`]);
  });
});

describe.each(Object.keys(protocolNames) as StartTlsProtocol[])("an endpoint of %s", (protocol) => {
  it("gives its chain behind STARTTLS, to ca and to check", async () => {
    await using server = await openStartTlsServer({ turns: startTlsTurns[protocol] });
    const url = `${protocol}://localhost:${server.port}`;
    const report = await ca(url, "--for", "python");
    expect([report.exitCode, report.failures]).toEqual([0, []]);
    // At the same port TLS could begin at once, and show something else.
    const site = `localhost:${server.port} (${protocolNames[protocol]})`;
    expect(report.sites).toMatchObject([{ site, urls: [url] }]);
    const checked = await meerkat(["check", caFile, url, "--for", "python"]);
    expect([checked.exitCode, checked.stderr]).toEqual([0, ""]);
    expect(checked.stdout).toContain(site);
  });
});

describe("a server that does not begin TLS", () => {
  it.each<readonly [law: string, said: string, exitCode: number, code: string]>([
    ["for want of the capability", "220 mx\r\n250 mx\r\n", 64, "starttls-not-offered"],
    ["because it refuses", "554 go away\r\n", 64, "starttls-refused"],
    ["because it speaks something else", "SSH-2.0-x\r\n", 8, "starttls-malformed"],
    [
      "because somebody puts text behind its consent",
      "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\nx",
      8,
      "starttls-injection",
    ],
  ])("is told %s", async (_law, said, exitCode, code) => {
    await using server = await openOrigin((socket) => socket.write(said), { tls: false });
    const report = await ca(`smtp://localhost:${server.port}`);
    expect([report.exitCode, report.failures.map(({ error }) => error.code)]).toEqual([exitCode, [code]]);
    // What fails before TLS would fail again for any other hello.
    expect(server.accepted).toHaveLength(1);
  });

  it("because it stays silent is told when the time is up", async () => {
    await using server = await openOrigin(() => {}, { tls: false });
    const report = await ca(`imap://localhost:${server.port}`, "-m", "0.2");
    expect([report.exitCode, report.failures.map(({ error }) => error.code)]).toEqual([
      28,
      ["starttls-timeout"],
    ]);
  });
});

describe("a server that wants a client's certificate", () => {
  const mutual = { requestCert: true, rejectUnauthorized: true, ca: rootPem };

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "shows its chain without one, over %s, with a note",
    async (version) => {
      await using broker = await openBroker({ ...mutual, minVersion: version, maxVersion: version });
      const report = await ca(`mqtts://localhost:${broker.port}`);
      expect([report.exitCode, report.failures]).toEqual([0, []]);
      expect(report.sites).toHaveLength(1);
      expect(report.notes).toEqual([
        expect.stringMatching(
          /^localhost:\d+ asks its clients for a certificate from [^,]+, and none was given \(--cert\)\. /,
        ),
      ]);
    },
  );

  it("is a web site whose redirects are followed with one", async () => {
    const files = await clientFiles();
    const server = createHttpsServer({ ...mintIdentity(), ...mutual }, (request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "/next" });
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const url = `https://localhost:${port}/`;
      const without = await ca(url);
      expect([without.exitCode, without.sites.length]).toEqual([0, 1]);
      expect(without.notes.some((note) => note.includes("gave no HTTP answer"))).toBe(true);
      const given = await ca(url, ...files);
      expect([given.exitCode, given.sites.length]).toEqual([0, 1]);
      expect(given.notes).toEqual([
        expect.stringMatching(
          /; client was issued under what it names, is for clients, and is valid until [\d-]{10}\.$/,
        ),
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each<readonly [law: string, own: () => Minted[], says: string | RegExp]>([
    [
      "under an intermediate that is sent along is within what it asks for",
      () => {
        const issuer = mint({ name: "Devices", ca: true }, root);
        return [mintLeaf("client", issuer, forClients), issuer];
      },
      /; client was issued under what it names, is for clients/,
    ],
    [
      "of another CA is likely not taken",
      () => [mintLeaf("client", mintRoot("Another"), forClients)],
      "likely does not take client: its issuer Another is not among those, and nothing is sent along.",
    ],
    [
      "for servers is likely not taken",
      () => [mintLeaf("client", root)],
      "likely does not take client: it is not for TLS clients: its extended key usage has serverAuth and not clientAuth.",
    ],
    [
      "that has expired is likely not taken",
      () => [
        mintLeaf("client", root, { ...forClients, notBeforeAt: now - 9 * dayMs, notAfterAt: now - dayMs }),
      ],
      /likely does not take client: it expired on [\d-]{10} [\d:]{8} UTC\. Renew your own certificate: it expired\.$/,
    ],
    [
      "without digitalSignature is likely not taken",
      () => [mintLeaf("client", root, { ...forClients, usages: ["keyAgreement"] })],
      "likely does not take client: its key may not sign a handshake: its key usage has keyAgreement and not digitalSignature.",
    ],
  ])("and is given one %s, says so in ca and in check", async (_law, own, says) => {
    await using broker = await openBroker({ requestCert: true, rejectUnauthorized: false, ca: rootPem });
    const files = await clientFiles(own());
    const url = `mqtts://localhost:${broker.port}`;
    const expected = typeof says === "string" ? expect.stringContaining(says) : expect.stringMatching(says);
    const { notes } = await ca(url, ...files);
    expect(notes).toEqual([expected]);
    const { stdout } = await meerkat(["check", caFile, url, ...files, "--json"]);
    const checked = JSON.parse(stdout) as CaJson & { readonly identities: readonly { outlook: string }[] };
    const isTaken = notes.every((note) => !note.includes("likely does not take"));
    // There it is a finding of its own, and no note beside it.
    expect([checked.notes, checked.identities.map(({ outlook }) => outlook === "nothing-against")]).toEqual([
      [],
      [isTaken],
    ]);
    expect(checked.exitCode).toBe(isTaken ? 0 : 1);
  });

  it("and is given one that cannot be used, is not visited", async () => {
    const { exitCode, stderr } = await meerkat(["ca", "localhost:1", "--cert", join(folder, "nonesuch.pem")]);
    expect(exitCode).toBe(58);
    expect(stderr).toContain("nonesuch.pem");
  });
});

/** What a client's certificate is for. */
const forClients = { purposes: ["clientAuth"] } as const;

/** `--cert FILE --key FILE`, of a client that the root vouches for where no other is given. */
async function clientFiles(own = [mintLeaf("client", root, forClients)]): Promise<readonly string[]> {
  const { cert, key } = identityOf(...(own as [Minted, ...Minted[]]));
  const [certFile, keyFile] = [join(folder, "client.pem"), join(folder, "client.key")];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  return ["--cert", certFile, "--key", keyFile];
}

describe("an example", () => {
  it("connects to a broker, verifies it and says so, with the CA that it needs", async () => {
    await using broker = await openBroker();
    const url = `mqtts://localhost:${broker.port}`;
    const project = join(folder, "broker");
    const argv = ["--for", "python", "-o", project, "--cacert", caFile];
    const told = await meerkat(["example", url, ...argv]);
    expect([told.exitCode, told.stderr]).toEqual([0, ""]);
    expect(told.stdout).toContain("A verified TLS client for Python");
    expect(await readFile(join(project, "main.py"), "utf8")).toContain("# One verified TLS connection.");
  });

  it.each([
    ["smtp://localhost:1", "python", "speaks TLS from the start"],
    ["mqtts://localhost:1", "moddable", "speaks HTTPS alone"],
  ])("says so of what it does not speak: %s for %s", async (url, device, says) => {
    const told: Transcript = await meerkat(["example", url, "--for", device]);
    expect(told.exitCode).toBe(2);
    expect(told.stderr).toMatch(
      new RegExp(
        `^error: The example for .* ${says}, and ${url} is something else\\.\nhint: .meerkat ca URL`,
      ),
    );
  });
});

it("a lock that names such a site without its protocol, as older ones do, is of the same site today", async () => {
  await using mail = await openStartTlsServer({ turns: startTlsTurns.smtp });
  const lock = join(folder, "older.lock.json");
  await ca(
    `smtp://localhost:${mail.port}`,
    "--for",
    "python",
    "-o",
    join(folder, "older.pem"),
    "--lock",
    lock,
  );
  const site = `localhost:${mail.port} (SMTP)`;
  const recorded = await readFile(lock, "utf8");
  expect(recorded).toContain(site);
  await writeFile(lock, recorded.replaceAll(" (SMTP)", ""));
  const { stdout } = await meerkat(["ca", "--update", lock, "--cacert", caFile, "--json"]);
  const { field, bundles } = JSON.parse(stdout) as {
    readonly field: readonly { readonly site: string; readonly fate: string }[];
    readonly bundles: readonly { readonly proof: readonly { readonly site: string }[] }[];
  };
  expect(field).toMatchObject([{ site, fate: "verifies" }]);
  expect(new Set(bundles.flatMap(({ proof }) => proof.map((one) => one.site)))).toEqual(new Set([site]));
});

it("a list may have all kinds", async () => {
  await using broker = await openBroker();
  await using mail = await openStartTlsServer({ turns: startTlsTurns.smtp });
  const list = join(folder, "list.txt");
  await writeFile(list, `mqtts://localhost:${broker.port} # the broker\nsmtp://localhost:${mail.port}\n`);
  const report = await ca("--from", list);
  expect([report.exitCode, report.sites.length]).toEqual([0, 2]);
});

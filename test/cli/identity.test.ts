/**
 * `meerkat inspect --cert` and `meerkat check --cert`: whether a client certificate can work with a server, and what the
 * server makes of it.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOrigin, rootPem, type Origin } from "../client/origin.ts";
import { openProxy } from "../client/tunnel-proxy.ts";
import { openStartTlsServer, startTlsTurns } from "../client/start-tls-server.ts";
import { identityOf, makeKeys, pemOf, type Identity, type Shape } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

let folder: string;
let caFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-identity-"));
  caFile = await file("ca.pem", rootPem);
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const clients = mintRoot("Clients");
const middle = mint({ name: "Device CA", ca: true }, clients);
const purposes = ["clientAuth"] as const;
const device = (shape: Shape = {}): Identity =>
  identityOf(mintLeaf("device-17", middle, { purposes, names: null, ...shape }), middle);

/** As flags, each half in a file of its own. */
async function shown({ cert, key }: Identity, name = "device"): Promise<readonly string[]> {
  return ["--cert", await file(`${name}.pem`, cert), "--key", await file(`${name}.key`, key)];
}

/** A server that asks for a certificate of a client of `clients`, and greets whoever it takes. */
const openBroker = (tls: object = {}, greeting = "220 hello\r\n"): Promise<Origin> =>
  openOrigin((socket) => void socket.write(greeting), {
    tls: { ALPNProtocols: undefined, requestCert: true, ca: pemOf(clients), ...tls },
  });

interface IdentityJson {
  readonly outlook: string;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
  readonly handshake: { readonly kind: string; readonly says: string; readonly quietMs?: number } | null;
}

async function inspect(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly asked: unknown; readonly identity: IdentityJson | null }> {
  const { exitCode, stdout, stderr } = await meerkat(["inspect", "--cacert", caFile, "--json", ...args]);
  expect(stderr).toBe("");
  return { exitCode, ...(JSON.parse(stdout) as { asked: unknown; identity: IdentityJson | null }) };
}

describe("meerkat inspect of any endpoint", () => {
  it.each<readonly [url: (port: number) => string]>([
    [(port) => `mqtts://localhost:${port}`],
    [(port) => `localhost:${port}`],
    [(port) => `https://localhost:${port}/`],
  ])("shows the chain, and what is asked of clients: %s", async (url) => {
    await using broker = await openBroker();
    const { exitCode, stdout, stderr } = await meerkat(["inspect", "--cacert", caFile, url(broker.port)]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(": 1 certificate, as the server sent them\n\n1  localhost  server\n");
    expect(stdout).toContain("A client with these roots would trust it.\n");
    expect(stdout).toMatch(
      /It asks clients for a certificate\n {2}issued by {3}CN=Clients\n {2}signatures {2}\w/,
    );
  });

  it("behind STARTTLS too; and that none is asked for is said", async () => {
    await using server = await openStartTlsServer({ turns: startTlsTurns.smtp });
    const { exitCode, stdout } = await meerkat([
      "inspect",
      "--cacert",
      caFile,
      `smtp://localhost:${server.port}`,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1  localhost  server\n");
    expect(stdout).toContain("It asks for no client certificate in the handshake.\n");
  });

  it("shows the chain of a server that breaks off without a certificate, and what it asked for", async () => {
    await using broker = await openBroker({ maxVersion: "TLSv1.2" });
    const { exitCode, asked, identity } = await inspect(`localhost:${broker.port}`);
    expect([exitCode, identity]).toEqual([0, null]);
    expect(asked).toMatchObject({
      authorities: ["CN=Clients"],
      certificateTypes: expect.any(Array) as unknown,
    });
  });

  it("names a pre-shared key where the server takes that and no certificate, and gives it none", async () => {
    const asked: string[] = [];
    const tls = {
      ALPNProtocols: undefined,
      maxVersion: "TLSv1.2",
      ciphers: "PSK-AES128-GCM-SHA256",
      pskCallback: (_socket: unknown, identity: string) => {
        asked.push(identity);
        return null;
      },
    } as const;
    await using server = await openOrigin(() => {}, { tls });
    const { exitCode, stderr } = await meerkat(["inspect", "--cacert", caFile, `localhost:${server.port}`]);
    expect([exitCode, asked]).toEqual([35, []]);
    expect(stderr).toContain(
      "hint: The server takes a pre-shared key (PSK): offered that, it chose TLS_PSK_WITH_AES_128_GCM_SHA256. PSK is out of scope here",
    );
  });

  it("names none where nothing speaks for one", async () => {
    await using server = await openOrigin((socket) => socket.destroy(), { tls: false });
    const { exitCode, stderr } = await meerkat(["inspect", `localhost:${server.port}`]);
    expect([exitCode, stderr.includes("PSK")]).toEqual([35, false]);
  });

  it("a file of that name goes before a server", async () => {
    const path = await file("localhost:8883", rootPem);
    expect((await meerkat(["inspect", path])).stdout).toContain(": 1 certificate\n");
  });

  it.each([
    ["http://a.example/", 3, /https:\/\//],
    ["nonesuch://a.example/", 3, /nonesuch/],
  ])("what has no TLS is refused: %s", async (url, exitCode, says) => {
    const refused = await meerkat(["inspect", url]);
    expect([refused.exitCode, refused.stdout]).toEqual([exitCode, ""]);
    expect(refused.stderr).toMatch(says);
  });

  it("a certificate to show is not for a file", async () => {
    const refused = await meerkat(["inspect", caFile, "--cert", caFile]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("are for a server, which is shown the certificate");
  });
});

describe("the way of meerkat inspect", () => {
  it("--resolve: another address for a name", async () => {
    await using broker = await openBroker();
    const place = `any.localhost:${broker.port}`;
    const to = ["--resolve", `${place}:127.0.0.1`];
    const { exitCode, identity } = await inspect(...to, ...(await shown(device())), `mqtts://${place}`);
    expect([exitCode, identity?.handshake?.kind]).toEqual([0, "spoke"]);
    const nowhere = await meerkat(["inspect", "--resolve", `${place}:127.0.0.1:1`, place]);
    expect(nowhere.exitCode).toBe(2);
  });

  it("--proxy: both handshakes go through it, and none past it", async () => {
    await using broker = await openBroker();
    await using proxy = await openProxy({ tls: false });
    const through = ["-x", proxy.url, ...(await shown(device()))];
    const { exitCode, identity } = await inspect(...through, `localhost:${broker.port}`);
    expect([exitCode, identity?.handshake?.kind]).toEqual([0, "spoke"]);
    const connect = `CONNECT localhost:${broker.port} HTTP/1.1`;
    expect(proxy.heads.map(([line]) => line)).toEqual([connect, connect]);
  });

  it('--proxy "": not by the proxy of the environment', async () => {
    await using broker = await openBroker();
    const to = ["--resolve", `any.localhost.example:${broker.port}:127.0.0.1`];
    const argv = ["inspect", "--cacert", caFile, ...to, `any.localhost.example:${broker.port}`];
    const env = { https_proxy: "http://127.0.0.1:1" };
    expect((await meerkat(argv, { env })).exitCode).toBe(7);
    expect((await meerkat([...argv, "-x", ""], { env })).exitCode).toBe(0);
  });

  it("--max-time: a server that says nothing is waited for no longer", async () => {
    await using server = await openOrigin(() => {}, { tls: false });
    const { exitCode, stderr } = await meerkat(["inspect", "-m", "0.2", `localhost:${server.port}`]);
    expect([exitCode, stderr]).toEqual([28, expect.stringContaining("within 200 ms") as string]);
  });

  it("--max-time: is for all of it, the certificate's handshake too", async () => {
    await using broker = await openBroker({}, "");
    const { identity } = await inspect("-m", "2.9", ...(await shown(device())), `localhost:${broker.port}`);
    expect(identity?.handshake).toMatchObject({ kind: "quiet", completed: true });
    expect(identity?.handshake?.quietMs).toBeLessThan(2_900);
  });

  it.each([
    ["--resolve", "a.example:443:127.0.0.1"],
    ["--proxy", "http://proxy.example"],
    ["--max-time", "5"],
  ])("%s is for a server, and no file's", async (flag, value) => {
    const refused = await meerkat(["inspect", flag, value, caFile]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("--resolve, --proxy and --max-time are for a server");
  });
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("meerkat inspect --cert, in %s", (maxVersion) => {
  it("says that a good one may work, and that the server took it", async () => {
    await using broker = await openBroker({ maxVersion });
    const flags = await shown(device());
    const { exitCode, identity } = await inspect(...flags, `mqtts://localhost:${broker.port}`);
    expect([exitCode, identity?.outlook, identity?.findings]).toEqual([0, "nothing-against", []]);
    expect(identity?.handshake).toMatchObject({ kind: "spoke", sent: 2 });
    const { stdout } = await meerkat(["inspect", "--cacert", caFile, ...flags, `localhost:${broker.port}`]);
    expect(stdout).toContain("The client certificate device-17 may work: nothing here speaks against it.\n");
    expect(stdout).toMatch(
      /The server was shown it in TLS 1\.[23] and went on to speak: its TLS took it\.\n$/,
    );
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "Not to be seen from outside: whether the server knows this device",
    );
  });

  it("names what speaks against one that the server then refuses", async () => {
    await using broker = await openBroker({ maxVersion });
    const other = mintRoot("Others");
    const stranger = identityOf(mintLeaf("device-17", other, { purposes }));
    const { exitCode, identity } = await inspect(...(await shown(stranger)), `localhost:${broker.port}`);
    expect([exitCode, identity?.outlook]).toEqual([0, "likely-refused"]);
    expect(identity?.findings).toMatchObject([{ code: "issuer-not-named", severity: "warning" }]);
    expect(identity?.handshake?.kind).toBe("closed");
  });

  it.each<readonly [law: string, shape: Shape, code: string]>([
    ["expired", { notBeforeAt: now - yearMs, notAfterAt: now - dayMs }, "expired"],
    ["for servers", { purposes: ["serverAuth"] }, "not-for-clients"],
  ])("one that is %s", async (_law, shape, code) => {
    await using broker = await openBroker({ maxVersion });
    const { identity } = await inspect(...(await shown(device(shape))), `localhost:${broker.port}`);
    expect(identity).toMatchObject({ outlook: "unusable", findings: [{ code, severity: "error" }] });
    expect(identity?.handshake?.kind).toBe("closed");
  });

  it("is not shown to a server for whom nobody vouches", async () => {
    await using broker = await openBroker({ maxVersion, rejectUnauthorized: false });
    const taken: Socket[] = [];
    broker.server.on("secureConnection", (socket: Socket & { getPeerX509Certificate(): unknown }) => {
      if (socket.getPeerX509Certificate() !== undefined) taken.push(socket);
    });
    const elsewhere = await file("elsewhere.pem", pemOf(mintRoot("Elsewhere")));
    const argv = ["inspect", "--cacert", elsewhere, ...(await shown(device())), `localhost:${broker.port}`];
    const { exitCode, stdout } = await meerkat(argv);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "It was not shown to the server, as nobody vouches for that: ",
    );
    expect(taken).toEqual([]);
  });
});

describe("meerkat inspect --cert", () => {
  it("without a key says what can be said without a handshake", async () => {
    await using broker = await openBroker();
    const path = await file("alone.pem", device().cert);
    const { stdout } = await meerkat([
      "inspect",
      "--cacert",
      caFile,
      "--cert",
      path,
      `localhost:${broker.port}`,
    ]);
    expect(stdout).toMatch(/It was not shown, as there is no key: add --key FILE\.\n$/);
  });

  it("with another's key says so, and does not try", async () => {
    await using broker = await openBroker();
    const mixed = { cert: device().cert, key: device().key };
    const { identity } = await inspect(...(await shown(mixed)), `localhost:${broker.port}`);
    expect(identity).toMatchObject({
      outlook: "unusable",
      findings: [{ code: "key-mismatch" }],
      handshake: null,
    });
  });

  it("takes both halves from one file", async () => {
    await using broker = await openBroker();
    const { cert, key } = device();
    const { identity } = await inspect(
      "--cert",
      await file("both.pem", cert + key),
      `localhost:${broker.port}`,
    );
    expect(identity?.handshake?.kind).toBe("spoke");
  });

  it("a key that suits nothing of what is asked for cannot be sent", async () => {
    await using broker = await openBroker({ sigalgs: "ecdsa_secp256r1_sha256", rejectUnauthorized: false });
    const flags = await shown(device({ keys: makeKeys("Ed25519") }));
    const { identity } = await inspect(...flags, `localhost:${broker.port}`);
    expect(identity).toMatchObject({
      findings: [{ code: "scheme-not-asked", asked: ["ecdsa_secp256r1_sha256"] }],
      handshake: { kind: "not-sent" },
    });
  });
});

describe("meerkat check --cert", () => {
  interface CheckJson {
    readonly exitCode: number;
    readonly identities: readonly (IdentityJson & { readonly site: string })[];
  }
  const check = async (...args: readonly string[]): Promise<CheckJson> => {
    const { stdout, stderr } = await meerkat(["check", caFile, "--json", "--cacert", caFile, ...args]);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as CheckJson;
  };

  it("says nothing against one that can work, and ends with 0", async () => {
    await using broker = await openBroker({}, "");
    const report = await check(`mqtts://localhost:${broker.port}`, ...(await shown(device())));
    expect(report).toMatchObject({
      exitCode: 0,
      identities: [{ site: `localhost:${broker.port}`, outlook: "nothing-against", findings: [] }],
    });
  });

  it.each<readonly [law: string, shape: Shape, flags: readonly string[], code: string]>([
    ["one that is for servers", { purposes: ["serverAuth"] }, [], "not-for-clients"],
    ["one that the day asked about is too late for", {}, ["--at", "2099-01-01"], "expired"],
    [
      "a key that the device cannot sign with",
      { keys: makeKeys("Ed25519") },
      ["--for", "arduino-esp8266"],
      "client-lacks-key",
    ],
  ])("ends with 1 for %s", async (_law, shape, flags, code) => {
    await using broker = await openBroker({}, "");
    const identity = await shown(device(shape));
    const report = await check(`mqtts://localhost:${broker.port}`, ...identity, ...flags);
    expect(report.exitCode).toBe(1);
    expect(report.identities[0]?.findings.map((finding) => finding.code)).toContain(code);
  });

  it("says which intermediate the server needs and the device does not send", async () => {
    await using broker = await openBroker({}, "");
    const flags = await shown(device());
    const at = `mqtts://localhost:${broker.port}`;
    const lone = await check(at, ...flags, "--for", "micropython");
    expect(lone.exitCode).toBe(1);
    expect(lone.identities[0]).toMatchObject({
      outlook: "likely-refused",
      findings: [{ code: "chain-not-sent", client: "MicroPython", issuers: ["Device CA"] }],
    });
    // Who sends the file as it is gets on with the same one.
    const whole = await check(at, ...flags, "--for", "mongoose-os");
    expect(whole.identities[0]).toMatchObject({ outlook: "nothing-against", findings: [] });
    const older = await check(at, ...flags, "--for", "mongoose-7-openssl");
    expect([older.exitCode, older.identities[0]?.findings]).toMatchObject([
      0,
      [{ code: "chain-kept-back", severity: "note", issuers: ["Device CA"] }],
    ]);
  });

  it("names the site, in text and on the page", async () => {
    await using broker = await openBroker({}, "");
    const page = join(folder, "page.html");
    const argv = ["check", caFile, "--cacert", caFile, "--html", page, `mqtts://localhost:${broker.port}`];
    const { exitCode, stdout } = await meerkat([
      ...argv,
      ...(await shown(device({ purposes: ["serverAuth"] }))),
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`\nAt localhost:${broker.port}\nThe client certificate device-17 cannot work`);
    expect(stdout).toContain("\nerror: It is not for TLS clients");
    expect(stdout).toContain("\n  hint: Get a certificate for clients");
  });
});

/** A client's certificate is shown to a server that was admitted, and what the server makes of it is told as it was seen. */
import { once } from "node:events";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { compilePolicy } from "../admission/index.ts";
import { identityOf, makeKeys, pemOf, type Identity } from "../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../test/pki/today.ts";
import { onLoopback } from "../../test/survey-request.ts";
import { presentIdentity, type Presented } from "./present.ts";

const host = "a.localhost";
const root = mintRoot("Servers");
const clients = mintRoot("Clients");
const others = mintRoot("Others");
const leaf = mintLeaf(host, root);
const purposes = ["clientAuth"] as const;
const device = identityOf(mintLeaf("device-17", clients, { purposes }));

interface Served {
  readonly server: Server;
  /** Subjects of the clients whose certificates came, and whether anything came within TLS. */
  readonly seen: string[];
}

async function serve(options: TlsOptions, greet: (socket: TLSSocket) => void = () => {}): Promise<Served> {
  const seen: string[] = [];
  const asking = { requestCert: true, ca: pemOf(clients), ...options };
  const server = createServer({ ...identityOf(leaf), ...asking }, (socket) => {
    seen.push(socket.getPeerX509Certificate()?.subject ?? "none");
    socket.on("data", (bytes) => seen.push(bytes.toString("latin1")));
    socket.on("error", () => {});
    greet(socket);
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  return { server, seen };
}

function present(
  { server }: Served,
  identity: Identity = device,
  { roots = pemOf(root), signal = new AbortController().signal, totalMs = 60_000 } = {},
): Promise<Presented> {
  const { port } = server.address() as AddressInfo;
  const policy = compilePolicy({ roots, clientCertificate: identity }, {});
  return presentIdentity({ ...onLoopback({ host, port, policy }), signal, totalMs });
}

const greeting = (socket: TLSSocket): void => void socket.write("220 hello\r\n");

describe.each(["TLSv1.2", "TLSv1.3"] as const)("in %s", (maxVersion) => {
  it("a server that takes it and speaks first shows so", async () => {
    const served = await serve({ maxVersion }, greeting);
    const { reception, version, sent } = await present(served);
    expect(reception).toEqual({ kind: "spoke" });
    expect([version, sent?.length]).toEqual([maxVersion.replace("v", " "), 1]);
    expect(served.seen).toEqual(["CN=device-17"]);
  });

  it("a server that knows another CA ends the connection", async () => {
    const served = await serve({ maxVersion, ca: pemOf(others) });
    expect((await present(served)).reception.kind).toBe("closed");
    expect(served.seen).toEqual([]);
  });

  it("a server that asks for none is shown none", async () => {
    const served = await serve({ maxVersion, requestCert: false }, greeting);
    expect(await present(served)).toMatchObject({ reception: { kind: "not-asked" }, sent: undefined });
    expect(served.seen).toEqual(["none"]);
  });

  it("a key that suits nothing of what is asked for is not shown", async () => {
    const ed25519 = identityOf(mintLeaf("device-18", clients, { purposes, keys: makeKeys("Ed25519") }));
    const only = { sigalgs: "ecdsa_secp256r1_sha256", rejectUnauthorized: false };
    const served = await serve({ maxVersion, ...only }, greeting);
    expect((await present(served, ed25519)).reception).toEqual({ kind: "not-sent" });
    expect(served.seen).toEqual(["none"]);
  });

  it("a server that nobody vouches for is not shown it", async () => {
    const served = await serve({ maxVersion, rejectUnauthorized: false }, greeting);
    const closed = new Promise((resolve) => {
      served.server.on("connection", (socket) => socket.once("close", resolve));
    });
    const { reception, sent } = await present(served, device, { roots: pemOf(others) });
    await closed;
    expect(reception).toMatchObject({ kind: "not-admitted", error: { code: "missing-intermediate" } });
    expect(sent).toBeUndefined();
    expect(served.seen).toEqual([]);
  });
});

it("a server that takes it and says nothing is told as such", async () => {
  const served = await serve({});
  const { reception } = await present(served);
  expect(reception).toEqual({ kind: "quiet", quietMs: 3_000, completed: true });
  expect(served.seen).toEqual(["CN=device-17"]);
});

/** Passes everything on, but of what the client says only the first packet: its ClientHello. */
async function openStaller({ server }: Served): Promise<Served> {
  const { port } = server.address() as AddressInfo;
  const staller = createTcpServer((client) => {
    const behind = connect(port, "127.0.0.1");
    client.once("data", (hello) => behind.write(hello));
    behind.on("data", (bytes) => client.write(bytes));
    for (const socket of [client, behind]) socket.on("error", () => {});
    client.on("close", () => behind.destroy());
  });
  await once(staller.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void staller.close());
  return { server: staller as unknown as Server, seen: [] };
}

it("a server that stalls with it in hand has neither taken nor refused it", async () => {
  const served = await openStaller(await serve({ maxVersion: "TLSv1.2" }));
  const { reception } = await present(served, device, { totalMs: 3_000 });
  expect(reception).toEqual({ kind: "quiet", quietMs: 3_000, completed: false });
});

it("who interrupts the waiting ends it", async () => {
  const interrupt = new AbortController();
  const served = await serve({});
  served.server.on("secureConnection", () => interrupt.abort());
  const presenting = present(served, device, { roots: pemOf(root), signal: interrupt.signal });
  await expect(presenting).rejects.toMatchObject({ code: "aborted" });
});

it("where there is no server, that is why", async () => {
  const served = await serve({});
  const { port } = served.server.address() as AddressInfo;
  served.server.close();
  await once(served.server, "close");
  const gone = { ...served, server: { address: () => ({ port }) } as unknown as Server };
  expect((await present(gone)).reception).toMatchObject({
    kind: "failed",
    error: { code: "connection-refused" },
  });
});

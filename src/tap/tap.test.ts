/** The tap against real servers: Node's own, OpenSSL's `s_server`, and peers that speak no TLS. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connect as connectTls,
  createServer as createTlsServer,
  type ConnectionOptions,
  type TlsOptions,
  type TLSSocket,
} from "node:tls";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identityOf, mintLeaf, mintRoot, rsaKeys, type Identity, type Minted } from "../../test/pki/index.ts";
import { runtime } from "../../test/runtime.ts";
import { openTap, type Observed, type Tap } from "./index.ts";
import { tapLimits, type TapLimits } from "./limits.ts";

const today = { notBeforeAt: Date.now() - 86_400_000, notAfterAt: Date.now() + 86_400_000 };
const root = mintRoot(today);
/** For both sides: clients show it too. */
const local = { ...today, names: ["dns:localhost"], purposes: null };
const withText = (minted: Minted): Minted & Identity => ({ ...minted, ...identityOf(minted) });
const ca = withText(root);
const leaf = withText(mintLeaf(root, local));
const rsaLeaf = withText(mintLeaf(root, { ...local, keys: rsaKeys() }));

/** How a client fared, and what the tap saw. */
interface Meeting {
  readonly observed: Observed;
  readonly received: Buffer;
  readonly ended: boolean;
  readonly error: (Error & { code?: string }) | undefined;
  readonly session: Buffer | undefined;
  readonly keylog: readonly string[];
  readonly tap: Tap;
}

interface MeetOptions extends ConnectionOptions {
  readonly allowHalfOpen?: boolean;
  readonly requestOCSP?: boolean;
  readonly tapLimits?: Partial<TapLimits>;
  /** Runs once the handshake is done. */
  readonly onSecure?: (socket: TLSSocket, raw: Socket) => void;
}

/** Connects through a tap, reads to the end, and tells what was seen once the connection is closed. */
async function meet(
  port: number,
  { tapLimits: limits, onSecure, ...options }: MeetOptions = {},
): Promise<Meeting> {
  const raw = connect({ port, host: "127.0.0.1", allowHalfOpen: options.allowHalfOpen ?? false });
  const tap = openTap(raw, limits);
  const keylog: string[] = [];
  const received: Buffer[] = [];
  let ended = false;
  let error: Error | undefined;
  let session: Buffer | undefined;
  const socket = connectTls({ ca: ca.cert, servername: "localhost", ...options, socket: tap.stream });
  socket.on("keylog", (line: Buffer) => {
    keylog.push(line.toString());
    tap.onKeylog(line);
  });
  socket.on("session", (ticket: Buffer) => (session = ticket));
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  socket.on("end", () => (ended = true));
  socket.on("error", (cause) => (error = cause));
  socket.on("secureConnect", () => onSecure?.(socket, raw));
  const closed = [once(socket, "close").catch(() => 0), once(raw, "close").catch(() => 0)];
  await Promise.all(closed);
  return { observed: tap.read(), received: Buffer.concat(received), ended, error, session, keylog, tap };
}

/** Opens a server on a port of the kernel's; runs `use`; closes the server. */
async function serving<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
    for (const socket of open) socket.destroy();
  }
}

/** A TLS server that answers "hello" to the first bytes it is sent, and ends in order. */
function helloServer(options: TlsOptions = {}): Server {
  const server = createTlsServer({ key: leaf.key, cert: leaf.cert + ca.cert, ...options }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.end("hello"));
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

const ask: Pick<MeetOptions, "onSecure"> = { onSecure: (socket) => socket.write("GET") };

const hello = (server: TlsOptions = {}, client: MeetOptions = {}): Promise<Meeting> =>
  serving(helloServer(server), (port) => meet(port, { ...ask, ...client }));

const sentDer = ({ certificates }: Observed): readonly Uint8Array[] => certificates?.list ?? [];

const alertsOf = ({ alerts }: Observed): string[] =>
  alerts.map(({ from, number, name }) => [from, number, name].join(" "));

describe("a healthy handshake", () => {
  test.each([
    ["TLSv1.3", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"],
    ["TLSv1.3", "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"],
    ["TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"],
    ["TLSv1.3", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256"],
    ["TLSv1.3", "TLS_AES_128_CCM_8_SHA256:ECDHE-ECDSA-AES128-CCM:@SECLEVEL=0", "TLS_AES_128_CCM_8_SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
    ["TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-CCM", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"],
  ] as const)("of %s with %s is read whole", async (version, ciphers, suite) => {
    const { observed, received, ended, error } = await hello(
      {
        ciphers,
        minVersion: version,
        maxVersion: version,
      },
      { ciphers },
    );
    expect([received.toString(), ended, error]).toEqual(["hello", true, undefined]);
    expect(observed.peer).toEqual({ kind: "tls" });
    expect(observed.serverHello?.version).toBe(version.replace("v", " "));
    expect(observed.serverHello?.cipherSuite).toBe(suite);
    expect(observed.clientHello?.cipherSuites).toContain(suite);
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
    const [group] = version === "TLSv1.3" ? runtime.keyShares : ["x25519"];
    expect(observed.keyExchange).toEqual({ kind: "group", group });
    expect(observed.asked).toBeUndefined();
    expect(alertsOf(observed)).toEqual(["server 0 close_notify", "client 0 close_notify"]);
    expect([observed.client.closeNotify, observed.server.closeNotify]).toEqual(["seen", "seen"]);
    const finished = observed.messages.filter(({ name }) => name === "finished");
    expect(finished.map(({ from }) => from).toSorted()).toEqual(["client", "server"]);
    expect(observed.client.end.kind).toBe("fin");
    // The client may close on the alert, before the FIN behind it.
    expect(["fin", "destroyed"]).toContain(observed.server.end.kind);
    expect(observed.unread).toEqual([]);
  });

  test("the ClientHello is told: protocols, versions, groups, sizes", async () => {
    const { observed } = await hello({ ALPNProtocols: ["http/1.1"] }, { ALPNProtocols: ["http/1.1", "x"] });
    expect(observed.clientHello).toMatchObject({
      alpn: ["http/1.1", "x"],
      versions: ["TLS 1.3", "TLS 1.2"],
      segmentsAtLeast: runtime.clientHelloSegments,
    });
    expect(observed.clientHello?.groups).toContain("secp256r1");
    expect(observed.clientHello?.recordBytes).toBeGreaterThan(100);
    expect(observed.clientHello?.recordBytes).toBeLessThan(observed.client.bytes);
    expect(observed.alpn).toBe("http/1.1");
    const listed = [...(observed.clientHello?.cipherSuites ?? []), ...(observed.clientHello?.groups ?? [])];
    expect(listed.filter((name) => name.startsWith("0x"))).toEqual([]);
  });

  test("the messages are listed in the order they passed", async () => {
    const { observed } = await hello({ maxVersion: "TLSv1.2" });
    expect(observed.messages.map(({ from, name }) => `${from} ${name}`)).toEqual([
      "client client_hello",
      "server server_hello",
      "server certificate",
      "server server_key_exchange",
      "server server_hello_done",
      "client client_key_exchange",
      "client finished",
      "server new_session_ticket",
      "server finished",
    ]);
  });

  test.each(["P-256", "P-384", "P-521"] as const)("a retry for %s is told", async (curve) => {
    const names = { "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1" };
    const { observed, received } = await hello({ ecdhCurve: curve, minVersion: "TLSv1.3" });
    expect(received.toString()).toBe("hello");
    expect(observed.helloRetryRequest).toMatchObject({ version: "TLS 1.3", group: names[curve] });
    expect(observed.keyExchange).toEqual({ kind: "group", group: names[curve] });
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
    expect(observed.unread).toEqual([]);
  });

  test("the size of TLS 1.2's own Diffie-Hellman group is told", async () => {
    const { observed } = await hello(
      {
        key: rsaLeaf.key,
        cert: rsaLeaf.cert,
        maxVersion: "TLSv1.2",
        dhparam: "auto",
        ciphers: "DHE-RSA-AES128-GCM-SHA256",
      },
      { ciphers: "DHE-RSA-AES128-GCM-SHA256" },
    );
    expect(observed.keyExchange).toEqual({ kind: "dhe", primeBits: 2048 });
    expect(observed.exchangeSignature).toMatch(/^(?:rsa|ecdsa)_/);
    expect(sentDer(observed)).toEqual([rsaLeaf.der]);
    expect(observed.unread).toEqual([]);
  });

  test("a CBC suite's chain is read; that its alerts stay closed is said", async () => {
    const ciphers = "ECDHE-ECDSA-AES128-SHA256";
    const { observed, received } = await hello({ maxVersion: "TLSv1.2", ciphers }, { ciphers });
    expect(received.toString()).toBe("hello");
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
    expect(observed.server.closeNotify).toBe("unreadable");
    expect(observed.alerts).toEqual([]);
    // Finished, the application's data, and the alert.
    expect(observed.unread).toEqual([
      { kind: "no-key", from: "client", records: 3, alerts: 1 },
      { kind: "no-key", from: "server", records: 3, alerts: 1 },
    ]);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "%s: without a key log, what it hides is said",
    async (version) => {
      const raw = await serving(helloServer({ minVersion: version, maxVersion: version }), async (port) => {
        const socket = connect({ port, host: "127.0.0.1" });
        const tap = openTap(socket);
        const secured = connectTls({ ca: ca.cert, servername: "localhost", socket: tap.stream });
        secured.write("GET");
        secured.resume();
        await once(secured, "close");
        return tap.read();
      });
      expect(sentDer(raw)).toEqual(version === "TLSv1.3" ? [] : [leaf.der, ca.der]);
      expect(raw.server.closeNotify).toBe("unreadable");
      expect(raw.unread.map(({ kind }) => kind)).toEqual(["no-key", "no-key"]);
    },
  );
});

describe("resumption", () => {
  test.each(["TLSv1.3", "TLSv1.2"] as const)("%s sends no certificate", async (version) => {
    await serving(helloServer({ minVersion: version, maxVersion: version }), async (port) => {
      const first = await meet(port, ask);
      expect(first.session).toBeDefined();
      const second = await meet(port, { ...ask, ...(first.session && { session: first.session }) });
      expect(second.received.toString()).toBe("hello");
      expect(second.observed.certificates).toBeUndefined();
      expect(second.observed.server.closeNotify).toBe("seen");
      expect(second.observed.unread).toEqual([]);
    });
  });
});

describe("what comes with the chain", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: a staple beside it is passed over", async (version) => {
    const staple = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
    const server = helloServer({ minVersion: version, maxVersion: version });
    server.on("OCSPRequest", (_certificate, _issuer, respond: (error: null, response: Buffer) => void) => {
      respond(null, Buffer.from(staple));
    });
    const { observed } = await serving(server, (port) => meet(port, { ...ask, requestOCSP: true }));
    expect(observed.certificates?.count).toBe(2);
    expect(observed.unread).toEqual([]);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: a request for a certificate is read", async (version) => {
    const { observed, error, received } = await hello({
      minVersion: version,
      maxVersion: version,
      requestCert: true,
      rejectUnauthorized: false,
      ca: ca.cert,
    });
    expect([error, received.toString()]).toEqual([undefined, "hello"]);
    expect(observed.asked?.authorities).toEqual([ca.subject]);
    expect(observed.asked?.signatureAlgorithms).toEqual(
      expect.arrayContaining(["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"]),
    );
    const types = version === "TLSv1.2" ? ["rsa_sign", "ecdsa_sign"] : [];
    expect(observed.asked?.certificateTypes).toEqual(expect.arrayContaining(types));
    expect(observed.asked?.certificateTypes.length === 0).toBe(version === "TLSv1.3");
    expect(observed.clientCertificates?.count).toBe(0);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: that the client sent one is read", async (version) => {
    const { observed, error } = await hello(
      { minVersion: version, maxVersion: version, requestCert: true, ca: ca.cert },
      { key: leaf.key, cert: leaf.cert },
    );
    expect(error).toBeUndefined();
    // OpenSSL adds the issuers it finds among the trusted ones.
    expect(observed.clientCertificates?.count).toBe(2);
  });
});

describe("a handshake that fails", () => {
  test.each([
    ["TLSv1.3", "server 116 certificate_required"],
    ["TLSv1.2", "server 40 handshake_failure"],
  ] as const)("%s: a client certificate was required", async (version, alert) => {
    const { observed, error } = await hello({
      minVersion: version,
      maxVersion: version,
      requestCert: true,
      rejectUnauthorized: true,
      ca: ca.cert,
    });
    expect(error).toBeDefined();
    expect(alertsOf(observed)).toContain(alert);
    expect(observed.asked?.authorities).toEqual([ca.subject]);
    expect(observed.clientCertificates?.count).toBe(0);
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "%s: the chain that the client refused is known as sent",
    async (version) => {
      const { observed, error } = await hello(
        { minVersion: version, maxVersion: version, cert: leaf.cert + leaf.cert },
        { ca: rsaLeaf.cert },
      );
      expect(error?.code).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
      expect(sentDer(observed)).toEqual([leaf.der, leaf.der]);
      expect(observed.client.end.kind).not.toBe("open");
    },
  );

  test.each<[string, TlsOptions, MeetOptions]>([
    ["server 40 handshake_failure", { maxVersion: "TLSv1.2" }, { ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }],
    ["server 70 protocol_version", { minVersion: "TLSv1.3" }, { maxVersion: "TLSv1.2" }],
    [
      "server 120 no_application_protocol",
      { ALPNProtocols: ["a"], maxVersion: "TLSv1.2" },
      { ALPNProtocols: ["b"] },
    ],
  ])("the alert is told: %s", async (alert, server, client) => {
    const { observed, error } = await hello(server, client);
    expect(error).toBeDefined();
    expect(alertsOf(observed)).toEqual([alert]);
    expect([observed.certificates, observed.serverHello]).toEqual([undefined, undefined]);
  });

  const answers = (answer: (socket: Socket) => void): Server =>
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.once("data", () => answer(socket));
    });

  test("a peer that speaks plain HTTP is told, with its first bytes", async () => {
    const server = answers((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const { observed, error } = await serving(server, (port) => meet(port));
    expect(error?.code).toBe("ERR_SSL_WRONG_VERSION_NUMBER");
    expect(observed.peer).toEqual({
      kind: "not-tls",
      speaks: "HTTP",
      firstBytes: "HTTP/1.1 400 Bad Request....",
    });
    expect(observed.certificates).toBeUndefined();
  });

  test("a peer that ends after the ClientHello is silent, and TCP ended in order", async () => {
    const { observed, error } = await serving(
      answers((socket) => socket.end()),
      (port) => meet(port),
    );
    expect(error?.code).toBe("ECONNRESET");
    expect(observed.peer).toEqual({ kind: "silent" });
    expect(observed.server).toMatchObject({ bytes: 0, closeNotify: "not-seen", end: { kind: "fin" } });
    expect(observed.unread).toEqual([]);
  });

  test("a reset after the ClientHello is a reset", async () => {
    const { observed, error } = await serving(
      answers((socket) => socket.resetAndDestroy()),
      (port) => meet(port),
    );
    expect(error?.code).toBe("ECONNRESET");
    expect(observed.server.end.kind).toBe("reset");
    expect(observed.client.end.kind).toBe("reset");
  });

  test("a port where nobody listens is the socket's error", async () => {
    const port = await serving(createServer(), (free) => Promise.resolve(free));
    const { observed, error } = await meet(port);
    expect(error?.code).toBe("ECONNREFUSED");
    expect(observed.client.end).toMatchObject({ kind: "error", code: "ECONNREFUSED" });
  });

  test("an alert in the clear is read without any key", async () => {
    const server = answers((socket) => socket.end(Uint8Array.of(21, 3, 1, 0, 2, 2, 112)));
    const { observed } = await serving(server, (port) => meet(port));
    expect(alertsOf(observed)).toEqual(["server 112 unrecognized_name"]);
  });

  test("the alert with which the client refuses is told, and what was malformed", async () => {
    const server = answers((socket) => socket.end(Uint8Array.of(22, 3, 3, 0, 5, 2, 0, 0, 1, 3)));
    const { observed } = await serving(server, (port) => meet(port));
    expect(alertsOf(observed)).toEqual(["client 50 decode_error"]);
    expect(observed.unread).toEqual([{ kind: "malformed", from: "server", message: "server_hello" }]);
  });

  test("a record cut off is told, with what was there", async () => {
    const server = answers((socket) => socket.end(Uint8Array.of(22, 3, 3, 1, 0, 2, 0)));
    const { observed } = await serving(server, (port) => meet(port));
    expect(observed.unread).toEqual([
      { kind: "incomplete", from: "server", of: "record", haveBytes: 7, wantBytes: 261 },
    ]);
  });
});

/** Stands between: gives each byte of the server to `onward`, with the way to the client. */
function between(
  port: number,
  onward: (chunk: Buffer, client: Socket) => void,
  onEnd: (client: Socket) => void,
): Server {
  return createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    client.setNoDelay(true);
    client.pipe(server);
    server.on("data", (chunk: Buffer) => onward(chunk, client));
    server.on("end", () => onEnd(client));
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  });
}

describe("what a socket does, the tap does", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "%s: a handshake byte by byte is read the same",
    async (version) => {
      const drip = (chunk: Buffer, client: Socket): void => {
        for (const byte of chunk) client.write(Uint8Array.of(byte));
      };
      const { observed, received } = await serving(
        helloServer({ minVersion: version, maxVersion: version }),
        (port) =>
          serving(
            between(port, drip, (client) => client.end()),
            (near) => meet(near, ask),
          ),
      );
      expect(received.toString()).toBe("hello");
      expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
      expect(observed.unread).toEqual([]);
    },
  );

  test.each([
    // What the close_notify takes, which comes last.
    ["TLSv1.2", 31],
    ["TLSv1.3", 24],
  ] as const)("%s: a FIN without close_notify is an end, and told apart", async (version, heldBytes) => {
    let held = Buffer.alloc(0);
    const hold = (chunk: Buffer, client: Socket): void => {
      // From the first record of application data on, the last bytes are kept back.
      if (held.length === 0 && chunk.at(0) !== 23) {
        client.write(chunk);
        return;
      }
      held = Buffer.concat([held, chunk]);
      client.write(held.subarray(0, -heldBytes));
      held = held.subarray(-heldBytes);
    };
    const { observed, received, ended, error } = await serving(
      helloServer({ minVersion: version, maxVersion: version }),
      (port) =>
        serving(
          between(port, hold, (client) => client.end()),
          (near) => meet(near, ask),
        ),
    );
    expect([received.toString(), ended, error]).toEqual(["hello", true, undefined]);
    expect(observed.server).toMatchObject({ closeNotify: "not-seen", end: { kind: "fin" } });
    expect(observed.unread).toEqual([]);
  });

  test("a client that has ended still receives", async () => {
    const server = createTlsServer({ key: leaf.key, cert: leaf.cert, allowHalfOpen: true }, (socket) => {
      socket.resume();
      socket.on("end", () => socket.end("after your end"));
    });
    const half: MeetOptions = {
      allowHalfOpen: true,
      onSecure: (socket) => socket.end("GET"),
    };
    const { received, observed, error } = await serving(server, (port) => meet(port, half));
    expect([received.toString(), error]).toEqual(["after your end", undefined]);
    expect(alertsOf(observed).map((alert) => alert.split(" ", 1)[0])).toEqual(["client", "server"]);
  });

  test("a client that does not read holds the server up", async () => {
    const size = 32 * 1024 * 1024;
    const server = createTlsServer({ key: leaf.key, cert: leaf.cert }, (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end(Buffer.alloc(size)));
    });
    let atRest = 0;
    const { received, observed } = await serving(server, (port) =>
      meet(port, {
        onSecure: (socket, raw) => {
          socket.pause();
          socket.write("GET");
          let last = -1;
          // Looks again until nothing more comes in.
          const look = setInterval(() => {
            if (raw.bytesRead !== last) {
              last = raw.bytesRead;
              return;
            }
            clearInterval(look);
            atRest = last;
            socket.resume();
          }, 50);
        },
      }),
    );
    expect(received.length).toBe(size);
    expect(atRest).toBeLessThan(size / 8);
    // After a long answer, too, the alert behind it is read, and that records were left out is said.
    expect(observed.server.closeNotify).toBe("seen");
    expect(sentDer(observed)).toEqual([leaf.der]);
    expect(observed.unread).toEqual([
      { kind: "limit", from: "server", limit: "recordedBytes", leftOut: expect.any(Number) as number },
    ]);
  });
});

test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: no secret is shown, however one looks", async (version) => {
  const { tap, observed, keylog } = await hello({ minVersion: version, maxVersion: version });
  expect(keylog.length).toBeGreaterThan(0);
  const shown = [
    inspect(tap, { showHidden: true, depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity }),
    inspect(tap.stream, { showHidden: true, depth: Infinity, maxArrayLength: Infinity }),
    JSON.stringify(tap),
    JSON.stringify(observed),
  ].join("\n");
  expect(shown).toContain("cipherSuite");
  for (const line of keylog) {
    const secret = Buffer.from(line.trim().split(" ")[2] ?? "", "hex");
    expect(secret.length).toBeGreaterThanOrEqual(32);
    const part = secret.subarray(0, 12);
    for (const form of [
      part.toString("hex"),
      part.toString("base64"),
      [...part].join(","),
      [...part].join(", "),
    ]) {
      expect(shown.includes(form)).toBe(false);
    }
  }
});

describe("each limit cuts where it says, and says so", () => {
  const limited = (limits: Partial<TapLimits>, server: TlsOptions = {}): Promise<Observed> =>
    hello(server, { tapLimits: limits }).then(({ observed }) => observed);

  const tls12: TlsOptions = { maxVersion: "TLSv1.2" };

  test("certificates", async () => {
    const two = await limited({ certificates: 2 });
    expect([two.certificates?.count, two.unread]).toEqual([2, []]);
    const one = await limited({ certificates: 1 });
    expect(sentDer(one)).toEqual([leaf.der]);
    expect(one.certificates?.count).toBe(2);
    expect(one.unread).toEqual([{ kind: "limit", from: "server", limit: "certificates", leftOut: 1 }]);
  });

  test("handshakeMessageBytes", async () => {
    // Without a post-quantum share the certificates are longer than the ClientHello. A Certificate message of TLS 1.2:
    // a length, and each certificate behind its own (RFC 5246 §7.4.2).
    const cutAt = (handshakeMessageBytes: number): Promise<Observed> =>
      hello(tls12, { tapLimits: { handshakeMessageBytes }, ecdhCurve: "X25519:P-256" }).then(
        ({ observed }) => observed,
      );
    const longest = 3 + 3 + leaf.der.length + 3 + ca.der.length;
    const whole = await cutAt(longest);
    expect([whole.certificates?.count, whole.unread]).toEqual([2, []]);
    const cut = await cutAt(longest - 1);
    expect(cut.certificates).toBeUndefined();
    expect(cut.unread).toContainEqual({
      kind: "limit",
      from: "server",
      limit: "handshakeMessageBytes",
      leftOut: longest,
    });
  });

  test("messages, alerts, listed", async () => {
    const full = await limited({});
    const server = full.messages.filter(({ from }) => from === "server").length;
    expect((await limited({ messages: server })).unread).toEqual([]);
    expect((await limited({ messages: server - 1 })).unread).toEqual([
      { kind: "limit", from: "server", limit: "messages", leftOut: 1 },
    ]);
    expect((await limited({ alerts: 0 })).unread).toContainEqual({
      kind: "limit",
      from: "server",
      limit: "alerts",
      leftOut: 1,
    });
    const suites = full.clientHello?.cipherSuites.length ?? 0;
    expect((await limited({ listed: suites })).unread).toEqual([]);
    expect((await limited({ listed: suites - 1 })).unread).toEqual([
      { kind: "limit", from: "client", limit: "listed", leftOut: 1 },
    ]);
  });

  test("authorities", async () => {
    const options = { requestCert: true, rejectUnauthorized: false, ca: [ca.cert, rsaLeaf.cert] };
    expect((await limited({ authorities: 2 }, options)).unread).toEqual([]);
    const cut = await limited({ authorities: 1 }, options);
    expect(cut.asked?.authorities).toHaveLength(1);
    expect(cut.asked?.authoritiesLeftOut).toBe(1);
    expect(cut.unread).toEqual([{ kind: "limit", from: "server", limit: "authorities", leftOut: 1 }]);
  });
});

const openssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!openssl)("openssl s_server (skipped where there is no openssl)", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tap-"));
    writeFileSync(join(folder, "leaf.pem"), leaf.key + leaf.cert);
    writeFileSync(join(folder, "chain.pem"), ca.cert);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /**
   * Runs `s_server` for one connection. Once it has the client's request, `lines` are typed into it, each
   * when the one before has reached the client; then both end in order.
   */
  async function sServer(args: readonly string[], lines: readonly string[]): Promise<Meeting> {
    const files = ["-cert", join(folder, "leaf.pem"), "-cert_chain", join(folder, "chain.pem")];
    const fixed = ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-num_tickets", "0", ...files];
    const child = spawn("openssl", [...fixed, ...args]);
    const left = [...lines, "bye"];
    const type = (): void => {
      const line = left.shift();
      if (line !== undefined) child.stdin.write(`${line}\n`);
    };
    try {
      let output = "";
      let asked = false;
      const port = await new Promise<number>((resolve) => {
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          const match = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(output);
          if (match !== null) resolve(Number(match[1]));
          if (asked || !/\bGET\b/.test(output)) return;
          asked = true;
          type();
        });
      });
      return await meet(port, {
        onSecure: (socket, raw) => {
          socket.write("GET\n");
          raw.on("data", () => asked && type());
          socket.on("data", (chunk: Buffer) => chunk.includes("bye") && socket.end("bye\n"));
        },
      });
    } finally {
      child.kill();
    }
  }

  test("chain, retry and close_notify are read", async () => {
    const { observed } = await sServer(["-groups", "P-384"], []);
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
    expect(observed.helloRetryRequest?.group).toBe("secp384r1");
    expect(observed.server.closeNotify).toBe("seen");
    expect(observed.unread).toEqual([]);
  });

  test("TLS 1.2 likewise", async () => {
    const { observed } = await sServer(["-tls1_2", "-no_ticket"], []);
    expect(sentDer(observed)).toEqual([leaf.der, ca.der]);
    expect(observed.server.closeNotify).toBe("seen");
    expect(observed.unread).toEqual([]);
  });

  test("a KeyUpdate moves the keys on: what follows is read", async () => {
    const { observed } = await sServer(["-tls1_3"], ["k", "k"]);
    const updates = observed.messages.filter(({ name }) => name === "key_update");
    expect(updates.map(({ from }) => from)).toEqual(["server", "server"]);
    expect(observed.server.closeNotify).toBe("seen");
    expect(observed.unread).toEqual([]);
  });

  test("an update asked of both sides is followed both ways", async () => {
    const { observed } = await sServer(["-tls1_3"], ["K"]);
    const updates = observed.messages.filter(({ name }) => name === "key_update");
    expect(updates.map(({ from }) => from)).toEqual(["server", "client"]);
    expect(observed.client.closeNotify).toBe("seen");
    expect(observed.unread).toEqual([]);
  });

  test("a request that names no authority is read", async () => {
    const { observed } = await sServer(["-tls1_3", "-verify", "1"], []);
    expect(observed.asked?.authorities).toEqual([]);
    expect(observed.clientCertificates?.count).toBe(0);
  });
});

test("every limit has a default that a tap uses", () => {
  for (const { value, why } of Object.values(tapLimits)) {
    expect(value).toBeGreaterThan(0);
    expect(why.length).toBeGreaterThan(20);
  }
});

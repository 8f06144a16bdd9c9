/** A dial: what the link says of itself, where its bytes go, which sessions it resumes, and what is left when it fails. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createSecureContext, type Server as TlsServer, type TLSSocket } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  cutTcp,
  mintIdentity,
  openOrigin,
  root,
  until,
  whenClosed,
  whenEmpty,
  type Origin,
} from "../../test/client/origin.ts";
import { openProxy } from "../../test/client/tunnel-proxy.ts";
import { compilePolicy, SessionStore, type SessionScope } from "../admission/index.ts";
import type { Ending } from "../core/index.ts";
import {
  directly,
  type DialPhase,
  type DialRequest,
  type DialWatch,
  type ProxySetting,
} from "./dial-request.ts";
import { dial, dialStream } from "./dial.ts";
import type { Link } from "./link.ts";

const policy = compilePolicy({ roots: root.der }, {});
const patient = { dnsMs: Infinity, connectMs: Infinity, proxyMs: Infinity, tlsMs: Infinity };

function to({ port }: { readonly port: number }, changes: Partial<DialRequest> = {}): DialRequest {
  const usual = { scheme: "https", host: "localhost", alpn: ["http/1.1"], signal: undefined } as const;
  return { ...directly, ...usual, port, policy, timeouts: patient, ...changes };
}

function through({ port }: { readonly port: number }): ProxySetting {
  const url = `http://localhost:${port}`;
  const mode = "tunnel";
  return {
    scheme: "http",
    host: "localhost",
    port,
    authorization: undefined,
    login: undefined,
    url,
    source: "a test",
    mode,
    policy,
  };
}

interface Heard {
  bytes: string;
  ending: Ending | undefined;
}

/** What a link's receiver gets. */
function hear({ receiver }: Pick<Link, "receiver">): Heard {
  const heard: Heard = { bytes: "", ending: undefined };
  receiver.handTo({
    onBytes: (buffer, length) => {
      heard.bytes += Buffer.from(buffer.subarray(0, length)).toString("latin1");
      return true;
    },
    onEnd: (ending) => (heard.ending = ending),
    onDrain: () => {},
  });
  return heard;
}

const silent = (): void => {};

/** Watches nothing but the socket, as TLS begins. */
function watchTls(onTls: (socket: TLSSocket) => unknown): DialWatch {
  return {
    onResolved: silent,
    onReached: silent,
    onGreeting: silent,
    through: (tcp) => tcp,
    onTls,
    onHandshake: silent,
    explain: (error) => error,
  };
}

/** Where a plain dial keeps its sessions. */
function scopeOf({ port }: { readonly port: number }): SessionScope {
  return { host: "localhost", port, sni: "localhost", name: "localhost", alpn: ["http/1.1"], via: undefined };
}

describe("a link of TLS", () => {
  test("says how it came about", async () => {
    await using origin = await openOrigin(silent, {
      tls: { ecdhCurve: "prime256v1", maxVersion: "TLSv1.2" },
    });
    const startedAt = performance.now();
    const { facts, timings, socket, trust, proof } = await dial(to(origin));
    expect(facts).toMatchObject({
      protocol: "TLSv1.2",
      cipher: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
      group: "prime256v1",
      alpn: "http/1.1",
      sni: "localhost",
      resumed: false,
      clientCertificate: "not-asked",
      remoteAddress: "127.0.0.1",
      remotePort: origin.port,
      localPort: socket.localPort,
    });
    expect([trust.kind, proof?.by]).toEqual(["verified", "path"]);
    expect(timings.tlsMs).toBeGreaterThan(0);
    expect(timings.tlsMs).toBeLessThanOrEqual(performance.now() - startedAt);
    socket.destroy();
  });

  test("to an address sends no server name, and says so", async () => {
    await using origin = await openOrigin(silent);
    const { facts, socket } = await dial(to(origin, { host: "127.0.0.1" }));
    expect(facts.sni).toBeUndefined();
    socket.destroy();
  });

  test("hands its bytes to the receiver, not to a stream", async () => {
    await using origin = await openOrigin((socket) => socket.write("hello"));
    const link = await dial(to(origin));
    const heard = hear(link);
    await until(() => heard.bytes === "hello" || link.socket.readableLength > 0);
    expect([heard.bytes, link.socket.bytesRead]).toEqual(["hello", 5]);
    link.socket.destroy();
  });

  test.each<[law: string, end: (socket: Origin["accepted"][number]) => unknown, seen: Ending]>([
    ["an end in order is a close_notify", (socket) => socket.end(), "close-notify"],
    ["a FIN alone is known for one", cutTcp, "bare-fin"],
  ])("%s, and a reset is a reset", async (_, end, seen) => {
    await using origin = await openOrigin((socket) => socket.once("data", () => end(socket)));
    const link = await dial(to(origin));
    const heard = hear(link);
    link.socket.write("x");
    await whenClosed(link.socket);
    expect([heard.ending, link.seenEnding("fin"), link.seenEnding("reset")]).toEqual(["fin", seen, "reset"]);
  });

  test("shows a watcher the handshake, and has it explain one that fails", async () => {
    await using origin = await openOrigin(silent);
    await using plain = await openOrigin((socket) => socket.write("220 mail.example ESMTP\r\n"), {
      tls: false,
    });
    const seen: string[] = [];
    const watch: DialWatch = {
      onResolved: ({ list }) => seen.push(...list),
      onReached: ({ address }) => seen.push(`reached ${address}`),
      onGreeting: () => {},
      through: (tcp) => tcp,
      onTls: (_, { name }) => seen.push(`TLS with ${name}`),
      onHandshake: ({ sent }) => seen.push(`${sent.length} sent`),
      explain: (error) => new Error("explained", { cause: error }),
    };
    const watched = { watch, host: "127.0.0.1" };
    const { socket } = await dial(to(origin, watched));
    expect(seen).toEqual(["127.0.0.1", "reached 127.0.0.1", "TLS with 127.0.0.1", "1 sent"]);
    socket.destroy();
    await expect(dial(to(plain, watched))).rejects.toThrow("explained");
    await expect(dial(to(plain))).rejects.toMatchObject({ code: "not-tls", detail: { speaks: "SMTP" } });
  });
});

describe("a link without TLS", () => {
  const plainly = { scheme: "http" } as const;

  test("says that nobody vouches for it, and hands its bytes and its end to the receiver", async () => {
    await using origin = await openOrigin((socket) => socket.end("hello"), { tls: false });
    const link = await dial(to(origin, plainly));
    const heard = hear(link);
    await whenClosed(link.socket);
    expect(heard).toEqual({ bytes: "hello", ending: "fin" });
    expect(link.facts).toMatchObject({ protocol: undefined, resumed: false, clientCertificate: "not-asked" });
    expect([link.proof, link.trust.kind, link.timings.tlsMs]).toEqual([undefined, "plaintext", 0]);
    expect(link.seenEnding("fin")).toBe("fin");
  });

  test("as a stream outlives an error that nobody listens for", async () => {
    await using origin = await openOrigin(silent, { tls: false });
    const { socket } = await dialStream(to(origin, plainly));
    expect(socket.emit("error", new Error("before its owner listens"))).toBe(true);
    socket.destroy();
  });
});

describe("a session", () => {
  // TLS 1.2 hands out its ticket within the handshake, so that it is there when the dial is over.
  const ticketKeys = randomBytes(48);
  const tls = { maxVersion: "TLSv1.2", ticketKeys } as const;

  async function resumes(request: DialRequest): Promise<boolean> {
    const { facts, socket } = await dial(request);
    socket.destroy();
    return facts.resumed;
  }

  test("is resumed on the chain it was made with", async () => {
    await using origin = await openOrigin(silent, { tls });
    const request = to(origin, { sessions: new SessionStore() });
    const links = [await dial(request), await dial(request)];
    expect(links.map(({ trust, facts }) => [facts.resumed, trust.basis, trust.chain.length])).toEqual([
      [false, "handshake", 1],
      [true, "resumed-session", 1],
    ]);
    for (const { socket } of links) socket.destroy();
  });

  test("that the server does not take up says nothing of the chain that comes in its place", async () => {
    await using origin = await openOrigin(silent, { tls });
    const server = origin.server as TlsServer;
    const request = to(origin, { sessions: new SessionStore() });
    const first = await dial(request);
    server.setSecureContext({ ...mintIdentity({ name: "another" }), maxVersion: "TLSv1.2" });
    server.setTicketKeys(randomBytes(48));
    const second = await dial(request);
    expect([second.facts.resumed, second.trust.basis]).toEqual([false, "handshake"]);
    expect([first, second].map(({ trust }) => trust.chain[0]?.subject.display)).toEqual([
      "localhost",
      "another",
    ]);
    for (const { socket } of [first, second]) socket.destroy();
  });

  test("that a handshake broke off with is not offered again; who gives up says nothing of it", async () => {
    await using origin = await openOrigin(silent, { tls });
    const request = to(origin, { sessions: new SessionStore() });
    const giving = new AbortController();
    const onPhase = (phase: DialPhase): void => {
      if (phase === "tls") giving.abort(new Error("enough"));
    };
    expect([await resumes(request), await resumes(request)]).toEqual([false, true]);
    await expect(dial({ ...request, onPhase, signal: giving.signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(await resumes(request)).toBe(true);
    origin.server.once("connection", (socket) => socket.destroy());
    await expect(dial(request)).rejects.toMatchObject({ stage: "tls" });
    expect([await resumes(request), await resumes(request)]).toEqual([false, true]);
  });

  test("is kept for each ticket that came before the verdict", async () => {
    await using origin = await openOrigin(silent);
    const sessions = new SessionStore();
    const tickets = ["one", "another"].map((name) => Buffer.from(name));
    const watch = watchTls((socket) =>
      socket.once("secureConnect", () => {
        for (const ticket of tickets) socket.emit("session", ticket);
      }),
    );
    const { socket } = await dial(to(origin, { sessions, watch }));
    const take = (): Buffer | undefined => sessions.take(scopeOf(origin), policy)?.ticket;
    expect([take(), take()]).toEqual(tickets.toReversed());
    socket.destroy();
  });

  test("lasts from the whole handshake that it goes back to, however often it was resumed", async () => {
    await using origin = await openOrigin(silent, { tls });
    const sessions = new SessionStore();
    const request = to(origin, { sessions });
    const startedAt = Date.now();
    await resumes(request);
    const first = sessions.take(scopeOf(origin), policy);
    assert(first !== undefined);
    expect(first.provenAt).toBeGreaterThanOrEqual(startedAt);
    expect(first.provenAt).toBeLessThanOrEqual(Date.now());
    const provenAt = startedAt - 1_000;
    sessions.keep(scopeOf(origin), policy, { ...first, provenAt });
    const { socket, facts } = await dial(request);
    // Node's servers give no ticket when they resume; others do.
    const ticket = Buffer.from("the next");
    socket.emit("session", ticket);
    expect([facts.resumed, sessions.take(scopeOf(origin), policy)]).toMatchObject([
      true,
      { ticket, provenAt },
    ]);
    socket.destroy();
  });

  test("is kept to the way it was made on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meerkat-dial-"));
    try {
      await using origin = await openOrigin(silent, { tls });
      await using proxy = await openProxy({ tls: false });
      const socketPath = join(folder, "socket");
      await using _beside = await openOrigin(silent, { tls, path: socketPath });
      const sessions = new SessionStore();
      const ways = [
        to(origin, { sessions }),
        to(origin, { sessions, proxy: through(proxy) }),
        to(origin, { sessions, socketPath }),
      ];
      const resumed: boolean[] = [];
      for (const way of [...ways, ...ways]) resumed.push(await resumes(way));
      expect(resumed).toEqual([false, false, false, true, true, true]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("through a proxy", () => {
  test("the facts are those of the connection to the proxy", async () => {
    await using origin = await openOrigin((socket) => socket.write("hello"));
    await using proxy = await openProxy({ tls: false });
    const link = await dial(to(origin, { proxy: through(proxy) }));
    const heard = hear(link);
    await until(() => heard.bytes === "hello");
    const { url, source } = through(proxy);
    expect(link.facts).toMatchObject({ remotePort: proxy.port, proxy: { url, source }, protocol: "TLSv1.3" });
    link.socket.destroy();
  });

  test.each<DialPhase>(["proxy", "tls"])(
    "a caller who gives up as %s begins leaves no connection",
    async (last) => {
      await using origin = await openOrigin(silent);
      await using proxy = await openProxy({ tls: false });
      const giving = new AbortController();
      const onPhase = (phase: DialPhase): void => {
        if (phase === last) giving.abort(new Error("enough"));
      };
      const request = to(origin, { proxy: through(proxy), signal: giving.signal, onPhase });
      await expect(dial(request)).rejects.toMatchObject({ code: "aborted", detail: { phase: last } });
      await whenEmpty(proxy);
      await whenEmpty(origin);
    },
  );
});

test("a hello that cannot be made is the dial's failure, though it fails before anybody has the socket", async () => {
  await using origin = await openOrigin(() => {});
  const secureContext = createSecureContext({ ciphers: "TLS_AES_128_GCM_SHA256", maxVersion: "TLSv1.2" });
  const asked = to(origin, { policy: { ...policy, secureContext } });
  for (const dialled of [dial(asked), dialStream(asked)])
    await expect(dialled).rejects.toMatchObject({
      code: "tls-failed",
      cause: { code: "ERR_SSL_NO_CIPHERS_AVAILABLE" },
    });
});

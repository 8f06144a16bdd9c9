/**
 * How often TLS sessions are resumed: as often as by node:https, with each ticket used once while there are others. Whatever
 * is resumed, a session that waited, a spare one or one that was offered before, is judged again (law 5).
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, type RequestOptions } from "../../src/index.ts";
import { spkiPin } from "../../src/x509/index.ts";
import { sha256 } from "../../src/admission/index.ts";
import { answering, openOrigin, reply, root, rootPem, type Origin } from "../client/origin.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { burst, meerkat, nodeHttps } from "./burst.ts";

const leaf = mintLeaf("localhost", root, { names: ["dns:localhost", "ip:127.0.0.1"] });
const pinOfLeaf = spkiPin(leaf.certificate, sha256);
/** The extension's number (RFC 8446 §4.2). */
const preSharedKey = 41;
const day = 86_400_000;

describe.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (version) => {
  let origin: Origin;
  beforeAll(async () => {
    const tls = { ...identityOf(leaf), minVersion: version, maxVersion: version };
    origin = await openOrigin(
      answering(() => reply("x", "Connection: close\r\n")),
      { tls },
    );
  });
  afterAll(() => origin.close());

  test("as many of a burst resume as with node:https, and none before there is a session", async () => {
    // Where HTTP/2 may be chosen, the others wait for the first handshake, and have its session.
    await using client = new Client({ roots: rootPem, environment: {}, protocol: "http/1.1" });
    const node = nodeHttps(origin.url, rootPem);
    const ours = meerkat(client, origin.url);
    const counts: number[][] = [];
    for (const count of [20, 1, 20, 20]) counts.push([await burst(node, count), await burst(ours, count)]);
    expect(counts).toEqual([
      [0, 0],
      [1, 1],
      [20, 20],
      [20, 20],
    ]);
  });

  test("one session serves one connection after the other, whether or not the server gives another", async () => {
    await using client = new Client({ roots: rootPem, environment: {} });
    const ours = meerkat(client, origin.url);
    const resumed: boolean[] = [];
    for (let i = 0; i < 6; i++) resumed.push(await ours());
    expect(resumed).toEqual([false, true, true, true, true, true]);
  });

  /** Which of the client's sessions the next connection is offered. */
  const states: readonly (readonly [string, (ask: () => Promise<boolean>) => Promise<unknown>])[] = [
    ["that waits", (ask) => ask()],
    ["that is one of many", (ask) => burst(ask, 8)],
    ["that was offered before", async (ask) => [await ask(), await burst(ask, 20)]],
  ];

  test.each(states)("a session %s is resumed on its evidence, and is not a free pass", async (_, prepare) => {
    await using client = new Client({ roots: rootPem, environment: {}, pins: { localhost: [pinOfLeaf] } });
    await prepare(meerkat(client, origin.url));
    const ask = async (options?: RequestOptions): Promise<string> => {
      const response = await client.request(origin.url, options);
      await response.bytes();
      const { basis, kind, chain } = response.trust;
      return [basis, kind, ...chain.map(({ subject }) => subject.display)].join(" ");
    };
    expect(await ask()).toBe("resumed-session pinned localhost");
    await expect(ask({ identity: "elsewhere.example" })).rejects.toMatchObject({ code: "wrong-host" });
    const otherPin = { localhost: [spkiPin(root.certificate, sha256)] };
    expect(await ask({ pins: otherPin })).toBe("handshake pinned localhost");
    const stranger = pemOf(mintRoot("Another Root"));
    await expect(ask({ roots: stranger })).rejects.toMatchObject({ code: "missing-intermediate" });
    expect(await ask()).toBe("resumed-session pinned localhost");
    await expect(ask({ at: Date.now() + 365 * day })).rejects.toMatchObject({ code: "expired" });
  });
});

test("of TLS 1.3, both tickets of a handshake are used, one a connection, before one is used again", async () => {
  await using origin = await openOrigin(
    answering(() => reply("x", "Connection: close\r\n")),
    { tls: { minVersion: "TLSv1.3" } },
  );
  const offered: string[] = [];
  await using relay = await openRelay(origin.port, (hello) => offered.push(offeredTicket(hello)));
  await using client = new Client({ roots: rootPem, environment: {} });
  const ours = meerkat(client, `https://localhost:${relay.port}`);
  await ours();
  // All at once, so that none has a ticket of another of them.
  expect(await burst(ours, 4)).toBe(4);
  const [cold, ...tickets] = offered;
  expect(cold).toBe("");
  const times = [...new Set(tickets)].map((ticket) => tickets.filter((other) => other === ticket).length);
  expect([tickets.includes(""), times.sort((a, b) => a - b)]).toEqual([false, [1, 3]]);
});

test("a session that the server does not take up any more is offered once, and the next is kept", async () => {
  await using origin = await openOrigin(
    answering(() => reply("x", "Connection: close\r\n")),
    { tls: { maxVersion: "TLSv1.2" } },
  );
  await using client = new Client({ roots: rootPem, environment: {} });
  const ours = meerkat(client, origin.url);
  const resumed = [await ours(), await ours()];
  (origin.server as TlsServer).setTicketKeys(randomBytes(48));
  for (let i = 0; i < 3; i++) resumed.push(await ours());
  expect(resumed).toEqual([false, true, false, true, true]);
});

/** Passes everything on, and shows the first bytes of each client. */
async function openRelay(
  port: number,
  onHello: (hello: Buffer) => void,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((client) => {
    const behind = connect(port, "127.0.0.1");
    client.once("data", onHello);
    client.on("error", () => behind.destroy()).pipe(behind);
    behind.on("error", () => client.destroy()).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

/** The ticket in a ClientHello of one record (RFC 8446 §4.1.2, §4.2.11), in base64; empty where there is none. */
function offeredTicket(record: Buffer): string {
  let at = 5 + 4 + 2 + 32;
  at += 1 + record.readUInt8(at); // legacy_session_id
  at += 2 + record.readUInt16BE(at); // cipher_suites
  at += 1 + record.readUInt8(at); // legacy_compression_methods
  const end = at + 2 + record.readUInt16BE(at);
  for (at += 2; at < end; at += 4 + record.readUInt16BE(at + 2)) {
    if (record.readUInt16BE(at) !== preSharedKey) continue;
    const length = record.readUInt16BE(at + 6);
    return record.toString("base64", at + 8, at + 8 + length);
  }
  return "";
}

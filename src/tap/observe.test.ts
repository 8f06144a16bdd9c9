/** What a recording says, whatever is in it: cut off anywhere, changed anywhere, made of noise. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { identityOf, mintLeaf, mintRoot } from "../../test/pki/index.ts";
import { KeyLog } from "./key-log.ts";
import { tapLimitsWith, type TapLimits } from "./limits.ts";
import { cipherSuiteName, groupName } from "./names.ts";
import { observe, type RecordedWay } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { RecordLog } from "./records.ts";
import { cpuMsOf } from "../../test/cost.ts";

/** Nobody verifies it here. */
const { key, cert } = identityOf(mintLeaf(mintRoot()));

/** The bytes of one connection, and its key log. */
interface Recorded {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly keys: KeyLog;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A whole connection of Node's client with Node's server, "GET" and "hello" in it, recorded in between. */
async function record(version: "TLSv1.2" | "TLSv1.3"): Promise<Recorded> {
  const sent: Record<"client" | "server", Buffer[]> = { client: [], server: [] };
  const inner = createTlsServer({ key, cert, minVersion: version, maxVersion: version }, (socket) => {
    socket.once("data", () => socket.end("hello"));
  });
  const innerPort = await listen(inner);
  const proxy = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: innerPort, host: "127.0.0.1", allowHalfOpen: true });
    near.on("data", (chunk: Buffer) => sent.client.push(chunk)).pipe(far);
    far.on("data", (chunk: Buffer) => sent.server.push(chunk)).pipe(near);
  });
  const keys = new KeyLog();
  const socket = connectTls({ port: await listen(proxy), host: "127.0.0.1", rejectUnauthorized: false });
  socket.on("keylog", (line: Buffer) => keys.add(line));
  socket.write("GET");
  socket.resume();
  await once(socket, "close");
  proxy.close();
  inner.close();
  return { client: Buffer.concat(sent.client), server: Buffer.concat(sent.server), keys };
}

function wayOf(limits: TapLimits, chunks: readonly Uint8Array[]): RecordedWay {
  const log = new RecordLog(limits);
  for (const [turn, chunk] of chunks.entries()) log.push(chunk, turn);
  return { log, end: { kind: "open" } };
}

/** What these bytes say. */
function read(
  client: readonly Uint8Array[],
  server: readonly Uint8Array[],
  { keys = new KeyLog(), ...limits }: Partial<TapLimits> & { readonly keys?: KeyLog } = {},
): Observed {
  const bounds = tapLimitsWith(limits);
  return observe({ client: wayOf(bounds, client), server: wayOf(bounds, server) }, keys, bounds);
}

const recorded = {} as Record<"TLSv1.2" | "TLSv1.3", Recorded>;
beforeAll(async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) recorded[version] = await record(version);
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a recording of %s", (version) => {
  test("cut off at any byte says less, and nothing else", () => {
    const { client, server, keys } = recorded[version];
    const whole = read([client], [server], { keys });
    expect(whole.unread).toEqual([]);
    expect(whole.server.closeNotify).toBe("seen");
    for (let length = 0; length < server.length; length++) {
      const cut = read([client], [server.subarray(0, length)], { keys });
      expect(cut.server.bytes).toBe(length);
      expect(cut.server.closeNotify).toBe("not-seen");
      expect([undefined, whole.certificates]).toContainEqual(cut.certificates);
      const names = cut.messages.filter(({ from }) => from === "server").map(({ name }) => name);
      const wholeNames = whole.messages.filter(({ from }) => from === "server").map(({ name }) => name);
      expect(wholeNames.slice(0, names.length)).toEqual(names);
      expect(cut.unread.filter(({ from, kind }) => from === "server" && kind !== "incomplete")).toEqual([]);
    }
    for (let length = 0; length < client.length; length++) {
      expect(() => read([client.subarray(0, length)], [server], { keys })).not.toThrow();
    }
  });

  test("reads the same in any partition", () => {
    const { client, server, keys } = recorded[version];
    // Each side has its own turns here, so only the order within a side means something.
    const plain = (observed: Observed): unknown => {
      const bySide = (list: readonly { readonly from: string }[]): object =>
        list.toSorted((a, b) => a.from.localeCompare(b.from));
      return { ...observed, messages: bySide(observed.messages), alerts: bySide(observed.alerts) };
    };
    const whole = plain(read([client], [server], { keys }));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 }), (sizes) => {
        const parts: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < server.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          parts.push(server.subarray(at, at + size));
          at += size;
        }
        expect(plain(read([client], parts, { keys }))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  test("with any byte changed is read without a throw, and its protected records do not open", () => {
    const { client, server, keys } = recorded[version];
    for (let at = 0; at < server.length; at++) {
      const changed = Uint8Array.from(server);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      const observed = read([client], [changed], { keys });
      // A byte of the last record is a byte of the alert or of its header.
      const last = version === "TLSv1.3" ? 24 : 31;
      if (at >= server.length - last) expect(observed.server.closeNotify).not.toBe("seen");
    }
  });
});

describe("noise", () => {
  /** Records around noise, so that it is read as far as it can be. */
  const records = fc
    .array(
      fc.tuple(
        fc.constantFrom(20, 21, 22, 23),
        fc.constantFrom(1, 2, 4, 8, 11, 12, 13, 15, 20, 22, 24),
        fc.uint8Array({ maxLength: 300 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) =>
      Buffer.concat(
        parts.flatMap(([type, message, body]) => {
          const header = type === 22 ? [message, 0, body.length >> 8, body.length & 0xff] : [];
          const length = header.length + body.length;
          return [Buffer.from([type, 3, 3, length >> 8, length & 0xff, ...header]), Buffer.from(body)];
        }),
      ),
    );

  test("never makes it throw", () => {
    const noise = fc.oneof(fc.uint8Array({ maxLength: 2_000 }), records);
    fc.assert(
      fc.property(noise, noise, fc.boolean(), (client, server, real) => {
        const { keys } = recorded["TLSv1.3"];
        const hello = real ? [recorded["TLSv1.3"].client, client] : [client];
        const observed = read(
          hello,
          real ? [recorded["TLSv1.3"].server.subarray(0, 127), server] : [server],
          { keys },
        );
        expect(JSON.parse(JSON.stringify(observed))).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  const full = (fill: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: 65_536 }, (_, at) => fill[at % fill.length] ?? 0);
  test.each<[string, Uint8Array]>([
    ["empty records", full([22, 3, 3, 0, 0])],
    ["records of one byte of a handshake", full([22, 3, 3, 0, 1, 11])],
    ["empty handshake messages", full([22, 3, 3, 0, 4, 2, 0, 0, 0])],
    [
      "empty certificates",
      Uint8Array.from([22, 3, 3, 255, 251, 11, 0, 255, 247, 0, 255, 244, ...new Uint8Array(65_524)]),
    ],
    ["alerts", full([21, 3, 3, 0, 2, 1, 90])],
    ["protected records", full([23, 3, 3, 0, 17, ...new Uint8Array(17)])],
    ["ChangeCipherSpec", full([20, 3, 3, 0, 1, 1])],
    ["zeros", full([0])],
  ])("64 KiB of %s are read in under 50 ms of CPU time", (_what, noise) => {
    const { client, server, keys } = recorded["TLSv1.3"];
    const beginning = server.subarray(0, 127);
    const look = (): Observed => read([client], [beginning, noise], { keys });
    const observed = look();
    expect(cpuMsOf(look, 5)).toBeLessThan(50);
    expect(JSON.stringify(observed).length).toBeLessThan(100_000);
  });
});

describe("each limit of what is recorded", () => {
  const alert = Uint8Array.of(21, 3, 3, 0, 2, 1, 90);
  const many = (count: number): Uint8Array[] => Array.from({ length: count }, () => alert);

  test("records: just under all are kept, just over the last ones are, far over they are counted", () => {
    expect(read([], many(5), { records: 5, lateRecords: 2 })).toMatchObject({ unread: [] });
    const over = read([], many(7), { records: 5, lateRecords: 2 });
    expect([over.alerts.length, over.unread]).toEqual([7, []]);
    const far = read([], many(1_000), { records: 5, lateRecords: 2 });
    expect(far.alerts.length).toBe(7);
    expect(far.unread).toEqual([{ kind: "limit", from: "server", limit: "recordedBytes", leftOut: 993 }]);
  });

  test("recordedBytes and smallRecordBytes: behind the bound only small records are kept", () => {
    const long = Uint8Array.of(23, 3, 3, 0, 3, 1, 1, 1);
    const within = read([], [long, alert], { recordedBytes: 8, smallRecordBytes: 2 });
    expect([within.alerts.length, within.unread]).toEqual([1, []]);
    const over = read([], [long, long, alert], { recordedBytes: 8, smallRecordBytes: 2 });
    expect(over.alerts.length).toBe(1);
    expect(over.unread).toEqual([{ kind: "limit", from: "server", limit: "recordedBytes", leftOut: 1 }]);
  });

  test("what stands behind a strange byte is counted and not kept", () => {
    const observed = read([], [alert, Uint8Array.of(71, 69, 84), alert]);
    expect(observed.alerts).toHaveLength(1);
    expect(observed.server.bytes).toBe(17);
    expect(observed.unread).toEqual([{ kind: "not-a-record", from: "server", atBytes: 7 }]);
  });

  test("a key log takes no line of another form, and the first of each label", () => {
    const keys = new KeyLog();
    const random = "ab".repeat(32);
    for (const line of [
      "",
      "X y z",
      `CLIENT_RANDOM ${random} 00`,
      `EXPORTER_SECRET ${random} ${random}`,
      "A".repeat(10_000),
    ]) {
      keys.add(Buffer.from(line));
    }
    expect(keys.secret("CLIENT_RANDOM")).toBeUndefined();
    keys.add(Buffer.from(`CLIENT_RANDOM ${random} ${"01".repeat(48)}\n`));
    keys.add(Buffer.from(`CLIENT_RANDOM ${random} ${"02".repeat(48)}\n`));
    expect(keys.secret("CLIENT_RANDOM")).toEqual(Buffer.alloc(48, 1));
  });
});

describe("messages no server at hand sends", () => {
  const wrap = (type: number, body: readonly number[]): Uint8Array =>
    Uint8Array.from([
      22,
      3,
      3,
      (body.length + 4) >> 8,
      (body.length + 4) & 0xff,
      type,
      0,
      body.length >> 8,
      body.length & 0xff,
      ...body,
    ]);
  const serverHello = (tail: string, extensions: readonly number[], suite = 0xc02f): Uint8Array => {
    const random = [...Buffer.alloc(24, 7), ...Buffer.from(tail, "hex")];
    return wrap(2, [
      3,
      3,
      ...random,
      0,
      suite >> 8,
      suite & 0xff,
      0,
      extensions.length >> 8,
      extensions.length & 0xff,
      ...extensions,
    ]);
  };

  test("a certificate message that is malformed is told as unread", () => {
    const observed = read([], [serverHello("0000000000000000", []), wrap(11, [0, 0, 9, 0])]);
    expect([observed.certificates, observed.serverHello === undefined]).toEqual([undefined, false]);
    expect(observed.unread).toEqual([{ kind: "malformed", from: "server", message: "certificate" }]);
  });

  test("numbers nobody named are written in hexadecimal, and GREASE as what it is", () => {
    expect([groupName(0x0a0a), groupName(0xfafa), groupName(0xeeee), groupName(0x0afa)]).toEqual([
      "GREASE",
      "GREASE",
      "0xeeee",
      "0x0afa",
    ]);
  });
});

const listing = spawnSync("openssl", ["ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], {
  encoding: "utf8",
});

test.skipIf(listing.status !== 0)(
  "each suite is named as OpenSSL names it (skipped where there is no openssl)",
  () => {
    const rows = [...listing.stdout.matchAll(/0x([\dA-F]{2}),0x([\dA-F]{2}) - (\S+)/g)];
    expect(rows.length).toBeGreaterThan(100);
    for (const [, high = "", low = "", name] of rows)
      expect(cipherSuiteName(Number.parseInt(high + low, 16))).toBe(name);
  },
);

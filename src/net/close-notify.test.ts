/** How a TLS connection ended, against real servers and somebody in between who cuts it. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import {
  connect as connectTls,
  createServer as createTlsServer,
  type ConnectionOptions,
  type SecureVersion,
  type TLSSocket,
} from "node:tls";
import { describe, expect, test } from "vitest";
import { identityOf, mintLeaf, mintRoot } from "../../test/pki/index.ts";
import { runtime } from "../../test/runtime.ts";
import { watchCloseNotify, type CloseNotify } from "./close-notify.ts";
import { openTap } from "../tap/index.ts";

/** Nobody verifies it here. */
const { key, cert } = identityOf(mintLeaf(mintRoot()));

/** How the client reads: Node's `onread`, or `data`; over a socket TLS opens itself, or one it is given. */
type Reads = "onread" | "data" | "given socket";

interface Ended {
  readonly said: CloseNotify;
  readonly saidBefore: CloseNotify;
  readonly bytes: number;
  readonly error: (Error & { code?: string }) | undefined;
}

interface Asked {
  readonly reads: Reads;
  /** Holds the reading up after the first bytes, until nothing more comes from TCP. */
  readonly pauses?: boolean;
  readonly socket?: (port: number) => Promise<ConnectionOptions>;
  /** Runs with the first bytes of the answer. */
  readonly onFirst?: (socket: TLSSocket) => void;
}

/** Asks once and reads to the end. */
async function ask(port: number, { reads, pauses = false, socket: open, onFirst }: Asked): Promise<Ended> {
  let bytes = 0;
  let error: Error | undefined;
  const take = (count: number): boolean => {
    const first = bytes === 0;
    bytes += count;
    if (first) onFirst?.(socket);
    if (!first || !pauses) return true;
    resumeAtRest(socket);
    return false;
  };
  const options = {
    rejectUnauthorized: false,
    ...((await open?.(port)) ??
      (reads === "given socket"
        ? { socket: connect({ port, host: "127.0.0.1" }) }
        : { port, host: "127.0.0.1" })),
    ...(reads === "onread" && { onread: { buffer: new Uint8Array(65_536), callback: take } }),
  };
  const socket = connectTls(options);
  socket.on("error", (cause) => {
    error = cause;
    // Node leaves a socket open after a fatal alert.
    socket.destroy();
  });
  if (reads !== "onread") {
    socket.on("data", (chunk) => {
      if (!take(chunk.length)) socket.pause();
    });
  }
  let watch: () => CloseNotify = () => "unknown";
  let saidBefore: CloseNotify = "unknown";
  let said: CloseNotify | undefined;
  socket.on("secureConnect", () => {
    watch = watchCloseNotify(socket);
    saidBefore = watch();
    socket.write("GET");
  });
  socket.on("end", () => (said = watch()));
  await once(socket, "close").catch(() => once(socket, "close"));
  return { said: said ?? watch(), saidBefore, bytes, error };
}

/** Resumes once TCP has handed over all it will while the reader holds it up: two looks that see the same. */
function resumeAtRest(socket: TLSSocket): void {
  let before = -1;
  const look = setInterval(() => {
    if (socket.bytesRead !== before) {
      before = socket.bytesRead;
      return;
    }
    clearInterval(look);
    socket.resume();
  }, 20);
}

/** Answers the first bytes with `size` bytes, and ends in order. */
function answering(size: number, version: SecureVersion): Server {
  return createTlsServer({ key, cert, minVersion: version, maxVersion: version }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.end(Buffer.alloc(size)));
  });
}

async function serving<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** What somebody in between does with the server's last flight, all of it at hand, the alert at its end. */
type Cut = "before the alert" | "inside a record, as many bytes in as an alert has" | "inside the alert";

/** Passes everything on until the application's data begin; keeps those, and at the end passes on what `cut` leaves. */
function cutting(port: number, version: SecureVersion, cut: Cut): Server {
  const alertBytes = version === "TLSv1.3" ? 24 : 31;
  return createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const kept: Buffer[] = [];
    for (const socket of [near, far]) socket.on("error", () => socket.destroy());
    near.pipe(far);
    far.on("data", (chunk: Buffer) => {
      if (kept.length > 0 || chunk[0] === 23) kept.push(chunk);
      else near.write(chunk);
    });
    far.on("end", () => {
      const all = Buffer.concat(kept);
      const data = all.subarray(0, -alertBytes);
      const last = lastRecordAt(data);
      if (cut === "before the alert") near.end(data);
      else if (cut === "inside the alert") near.end(all.subarray(0, -1));
      else near.end(data.subarray(0, last + alertBytes));
    });
  });
}

function lastRecordAt(records: Buffer): number {
  let at = 0;
  for (;;) {
    const next = at + 5 + records.readUInt16BE(at + 3);
    if (next >= records.length) return at;
    at = next;
  }
}

const versions = ["TLSv1.3", "TLSv1.2"] as const;
const ways: readonly Reads[] = ["onread", "data", "given socket"];
const sizes = [5, 40_000, 500_000];
const cases = versions.flatMap((version) =>
  ways.flatMap((reads) =>
    sizes.flatMap((size) => [false, true].map((pauses) => [version, reads, size, pauses] as const)),
  ),
);

describe.each(cases)("%s read by %s, %i bytes, held up: %s", (version, reads, size, pauses) => {
  test("a close_notify is seen", async () => {
    const ended = await serving(answering(size, version), (port) => ask(port, { reads, pauses }));
    expect(ended).toEqual({ said: "received", saidBefore: "unknown", bytes: size, error: undefined });
  });

  test.each<Cut>([
    "before the alert",
    "inside a record, as many bytes in as an alert has",
    "inside the alert",
  ])("a FIN %s is not taken for one", async (cut) => {
    const ended = await serving(answering(size, version), (far) =>
      serving(cutting(far, version, cut), (near) => ask(near, { reads, pauses })),
    );
    expect(ended).toMatchObject({ said: "not-received", error: undefined });
    if (cut !== "inside a record, as many bytes in as an alert has") expect(ended.bytes).toBe(size);
  });
});

test.each(versions)("%s: a fatal alert is not a closure", async (version) => {
  const server = createTlsServer({ key, cert, minVersion: version, maxVersion: version }, (socket) => {
    socket.on("error", () => 0);
    socket.once("data", () => socket.write("the first part"));
  });
  // Changes the client's second record, which the server answers with bad_record_mac.
  const spoiling = (port: number): Server =>
    createServer((near) => {
      const far = connect({ port, host: "127.0.0.1" });
      for (const socket of [near, far]) socket.on("error", () => socket.destroy());
      near.on("data", (chunk: Buffer) => {
        if (chunk[0] === 23 && chunk.length === 5 + "spoil me".length + (version === "TLSv1.3" ? 17 : 24)) {
          chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1;
        }
        far.write(chunk);
      });
      far.pipe(near);
    });
  const onFirst = (socket: TLSSocket): void => {
    socket.write("spoil me");
  };
  const ended = await serving(server, (far) =>
    serving(spoiling(far), (near) => ask(near, { reads: "onread", onFirst })),
  );
  expect(ended.error?.code).toBe(`${runtime.alertCodePrefix}BAD_RECORD_MAC`);
  expect(ended.said).toBe("unknown");
});

describe("where it cannot be known, it says so", () => {
  test("over a stream that is not a socket of Node's", async () => {
    const through = (port: number): Promise<ConnectionOptions> =>
      Promise.resolve({ socket: openTap(connect({ port, host: "127.0.0.1" })).stream });
    const ended = await serving(answering(5, "TLSv1.3"), (port) =>
      ask(port, { reads: "data", socket: through }),
    );
    expect(ended).toMatchObject({ said: "unknown", bytes: 5 });
  });

  test("for TLS inside TLS, whose outer end says nothing of the inner one", async () => {
    const outer = (port: number): Server =>
      createTlsServer({ key, cert }, (near) => {
        const far = connect({ port, host: "127.0.0.1" });
        for (const socket of [near, far]) socket.on("error", () => socket.destroy());
        near.pipe(far).pipe(near);
      });
    const through = async (port: number): Promise<ConnectionOptions> => {
      const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
      await once(socket, "secureConnect");
      return { socket };
    };
    const ended = await serving(answering(5, "TLSv1.3"), (far) =>
      serving(outer(far), (near) => ask(near, { reads: "data", socket: through })),
    );
    expect(ended).toMatchObject({ said: "unknown", bytes: 5 });
  });

  test("when the connection is cut by a reset, which is an error", async () => {
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.once("data", () => {
        const tcp = (socket as unknown as { readonly _parent: Socket })._parent;
        tcp.resetAndDestroy();
      });
    });
    const ended = await serving(server, (port) => ask(port, { reads: "onread" }));
    expect(ended).toMatchObject({ said: "unknown", bytes: 0 });
    expect(ended.error?.code).toBe("ECONNRESET");
  });
});

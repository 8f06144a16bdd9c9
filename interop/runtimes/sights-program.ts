/**
 * Runs on the runtime that is tested: looks at a few sites of the lab through `node:tls` alone, and prints what of each
 * connection could be seen, in the words of `src/runtime/facts.ts`.
 */
import { readFileSync } from "node:fs";
import { connect as connectTcp, createServer, type AddressInfo } from "node:net";
import {
  connect,
  createSecureContext,
  type ConnectionOptions,
  type SecureContextOptions,
  type TLSSocket,
} from "node:tls";
import { compilePolicy } from "../../src/admission/index.ts";
import type { Ending } from "../../src/core/index.ts";
import { dial, directly } from "../../src/net/index.ts";
import type { Runtime, Sight } from "../../src/runtime/index.ts";
import { openTap, type Observed } from "../../src/tap/index.ts";

export interface Given {
  readonly ca: string;
  readonly ports: Readonly<Record<string, number>>;
}

export interface Seen {
  readonly shows: Readonly<Record<Sight, boolean>>;
  readonly ciphers: Runtime["ciphers"];
  readonly offersForOthers: boolean;
  readonly version: string | undefined;
}

const { ca, ports } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Given;

interface Look {
  readonly reused: boolean;
  readonly atSecure: boolean;
  readonly chain: number;
  readonly staple: boolean;
  readonly bytes: boolean;
  readonly sigalgs: boolean;
  readonly early: boolean;
  readonly keys: boolean;
  readonly group: boolean;
  readonly session: Buffer | undefined;
  readonly syscall: string | undefined;
}

/** One connection, with everything noted that can be. */
function look(
  site: string,
  more: ConnectionOptions & { readonly requestOCSP?: boolean } = {},
): Promise<Look> {
  const noted: { -readonly [K in keyof Look]: Look[K] } = {
    reused: false,
    atSecure: false,
    chain: 0,
    staple: false,
    bytes: false,
    sigalgs: false,
    early: false,
    keys: false,
    group: false,
    session: undefined,
    syscall: undefined,
  };
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port: ports[site] ?? 0, servername: `${site}.lab.localhost`, ca };
    const socket = connect({ ...options, requestOCSP: true, ...more } as ConnectionOptions);
    let done = false;
    // Of a chain that is not refused, Node's own check reads the list that this would empty.
    const readsRefused = (): boolean => (noted.atSecure = socket.getPeerX509Certificate() !== undefined);
    if (site === "expired") socket.prependListener("secure", readsRefused);
    socket.on("OCSPResponse", (staple: unknown) => (noted.staple = staple instanceof Uint8Array));
    socket.on("keylog", (line: Buffer) => {
      noted.keys = true;
      if (!done && line.toString().startsWith("CLIENT_RANDOM"))
        noted.early = handleOf(socket)?.verifyError?.() === null;
    });
    socket.on("session", (session: Buffer) => (noted.session = session));
    socket.on("secureConnect", () => {
      done = true;
      noted.reused = socket.isSessionReused();
      for (let one = socket.getPeerX509Certificate(); one !== undefined; one = one.issuerCertificate)
        noted.chain++;
      noted.bytes = (handleOf(socket)?._parent?.bytesRead ?? 0) > 0;
      // Deno has no such function.
      const { getSharedSigalgs } = socket as Partial<TLSSocket>;
      noted.sigalgs = (getSharedSigalgs?.call(socket).length ?? 0) > 0;
      const group: object | null = socket.getEphemeralKeyInfo();
      noted.group = group !== null && "name" in group;
      socket.write(`GET / HTTP/1.1\r\nHost: ${site}.lab.localhost\r\nConnection: close\r\n\r\n`);
      socket.resume();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => (noted.syscall = error.syscall));
    socket.on("close", () => resolve(noted));
  });
}

interface Handle {
  readonly verifyError?: () => unknown;
  readonly _parent?: { readonly bytesRead?: number };
}

function handleOf(socket: TLSSocket): Handle | undefined {
  return (socket as unknown as { readonly _handle?: Handle | null })._handle ?? undefined;
}

/** How a connection of the client's own ended, as far as it can be told, where close_notify ended it. */
async function endingOf(site: string): Promise<Ending> {
  const host = `${site}.lab.localhost`;
  const timeouts = { dnsMs: 10_000, connectMs: 10_000, proxyMs: 10_000, tlsMs: 10_000 };
  const policy = compilePolicy({ roots: ca }, {});
  const asked = { scheme: "https", host, port: ports[site] ?? 0, policy, timeouts, alpn: [] } as const;
  const link = await dial({ ...directly, ...asked, signal: undefined });
  return new Promise((resolve) => {
    link.receiver.handTo({
      onBytes: () => true,
      onEnd: (ending) => resolve(link.seenEnding(ending)),
      onDrain: () => {},
    });
    link.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

/** The ClientHello that these options make. */
async function helloOf(options: SecureContextOptions): Promise<Observed["clientHello"]> {
  const server = createServer((peer) => peer.on("error", () => {}).once("data", () => peer.end()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const tcp = connectTcp((server.address() as AddressInfo).port, "127.0.0.1");
  const tap = openTap(tcp);
  const socket = connect({ socket: tap.stream, secureContext: createSecureContext(options) });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.on("close", resolve));
  tcp.destroy();
  server.close();
  return tap.read().clientHello;
}

const [good, misordered, older, stapled, expired, reset, asking] = [
  await look("good"),
  await look("misordered"),
  await look("tls-1-2"),
  await look("stapled"),
  await look("expired"),
  await look("handshake-reset"),
  await look("client-certificate-required"),
];
const again = await look("tls-1-2", { session: older.session });

const suite = "ECDHE-ECDSA-AES128-GCM-SHA256";
const below = await helloOf({ ciphers: suite, maxVersion: "TLSv1.2" });
const above = await helloOf({ ciphers: "TLS_AES_128_GCM_SHA256", minVersion: "TLSv1.3" });
const other = await helloOf({ ciphers: suite, ecdhCurve: "P-256", sigalgs: "ECDSA+SHA256" });
const suites = (hello: Observed["clientHello"]): number =>
  (hello?.cipherSuites ?? []).filter((name) => !name.endsWith("_SCSV")).length;
const limitsBelow = suites(below) === 1;
const limitsAbove = suites(above) === 1;

const seen: Seen = {
  shows: {
    staple: stapled.staple,
    sentChain: good.chain === 2 && misordered.chain === 3,
    refusedChain: expired.atSecure,
    closeNotify: (await endingOf("good")) === "close-notify",
    reset: reset.syscall !== undefined,
    wireBytes: good.bytes,
    certificateRequest: asking.sigalgs,
    earlyVerdict: older.early,
    sessions: again.reused,
    keyLog: good.keys,
    group: good.group,
  },
  ciphers: limitsAbove ? "all" : limitsBelow ? "below TLS 1.3" : "none",
  offersForOthers:
    limitsAbove && limitsBelow && other?.groups.length === 1 && other.signatureAlgorithms.length === 1,
  version: process.versions["bun"] ?? process.versions["deno"],
};
process.stdout.write(JSON.stringify(seen), () => process.exit(0));

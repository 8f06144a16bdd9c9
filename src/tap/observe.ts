/** Reads a recording into what it says: both sides, in the order their keys hang on each other. */
import { isTlsRecord, sniffPeer } from "../core/index.ts";
import type { KeyLog } from "./key-log.ts";
import type { TapLimits } from "./limits.ts";
import type { ChainSeen, Flight, Observed, Unread, Way, WayEnd } from "./observed.ts";
import type { RecordLog } from "./records.ts";
import { SideReader } from "./side-reader.ts";
import { Transcript } from "./transcript.ts";

/** What was recorded of one direction. */
export interface RecordedWay {
  readonly log: RecordLog;
  readonly firstByteAfterMs: number | undefined;
  readonly lastByteAfterMs: number | undefined;
  readonly end: WayEnd;
}

export interface Recording {
  readonly client: RecordedWay;
  readonly server: RecordedWay;
  readonly flights: readonly Flight[];
  readonly flightsLeftOut: number;
}

/** What the recording says. Pure, never throws; its work is bounded by what the limits let be recorded. */
export function observe(recording: Recording, keyLog: KeyLog, limits: TapLimits): Observed {
  const transcript = new Transcript(limits);
  const parts = { limits, keyLog, transcript };
  const client = new SideReader("client", recording.client.log, parts);
  const server = new SideReader("server", recording.server.log, parts);
  client.readClear();
  server.readAll();
  client.readAll();
  const alerts = [...client.alerts, ...server.alerts]
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ alert }) => alert);
  const resumed = wasResumed(transcript, server);
  const unread: Unread[] = [...transcript.unread, ...transcript.cut, ...client.unread, ...server.unread];
  if (recording.flightsLeftOut > 0) {
    unread.push({ kind: "limit", from: "client", limit: "flights", leftOut: recording.flightsLeftOut });
  }
  return {
    peer: peerOf(recording.server.log),
    client: wayOf(recording.client, client, transcript.finished.client),
    server: wayOf(recording.server, server, transcript.finished.server),
    flights: recording.flights,
    messages: transcript.messages,
    ...factsOf(transcript),
    ...(resumed === undefined ? {} : { resumed }),
    chain: chainOf(transcript, resumed, server.unread),
    sessionTickets: transcript.sessionTickets,
    alerts,
    unread,
  };
}

type Facts = Pick<
  Observed,
  | "clientHello"
  | "helloRetryRequest"
  | "retriedClientHello"
  | "serverHello"
  | "encryptedExtensions"
  | "alpn"
  | "keyExchange"
  | "serverSignature"
  | "clientCertificates"
  | "certificateRequest"
  | "ocspResponse"
  | "sctList"
>;

/** Those facts that the messages gave, and no key for the others. */
function factsOf(transcript: Transcript): Facts {
  const { clientHello, helloRetryRequest, retriedClientHello, serverHello, encryptedExtensions } = transcript;
  const { alpn, keyExchange, serverSignature, clientCertificates, certificateRequest } = transcript;
  const { ocspResponse, sctList } = transcript;
  return {
    ...(clientHello === undefined ? {} : { clientHello }),
    ...(helloRetryRequest === undefined ? {} : { helloRetryRequest }),
    ...(retriedClientHello === undefined ? {} : { retriedClientHello }),
    ...(serverHello === undefined ? {} : { serverHello }),
    ...(encryptedExtensions === undefined ? {} : { encryptedExtensions }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(keyExchange === undefined ? {} : { keyExchange }),
    ...(serverSignature === undefined ? {} : { serverSignature }),
    ...(clientCertificates === undefined ? {} : { clientCertificates }),
    ...(certificateRequest === undefined ? {} : { certificateRequest }),
    ...(ocspResponse === undefined ? {} : { ocspResponse }),
    ...(sctList === undefined ? {} : { sctList }),
  };
}

function peerOf(log: RecordLog): Observed["peer"] {
  if (log.bytes === 0) return { kind: "silent" };
  return isTlsRecord(log.first) ? { kind: "tls" } : { kind: "not-tls", ...sniffPeer(log.first) };
}

function wayOf(way: RecordedWay, reader: SideReader, finished: boolean): Way {
  const { firstByteAfterMs, lastByteAfterMs } = way;
  return {
    bytes: way.log.bytes,
    ...(firstByteAfterMs === undefined ? {} : { firstByteAfterMs }),
    ...(lastByteAfterMs === undefined ? {} : { lastByteAfterMs }),
    changeCipherSpec: reader.changeCipherSpec,
    finished,
    applicationBytes: reader.applicationBytes,
    closeNotify: reader.closeNotify,
    end: way.end,
  };
}

/**
 * TLS 1.3 says so in ServerHello. Before it, a server that resumes goes from ServerHello straight to
 * ChangeCipherSpec, without ServerHelloDone: RFC 5246 §7.3.
 */
function wasResumed(transcript: Transcript, server: SideReader): boolean | undefined {
  const { negotiated, serverHello, helloDone, certificates } = transcript;
  if (negotiated === undefined) return undefined;
  if (negotiated.version >= 0x0304) return serverHello?.preSharedKey !== undefined;
  if (helloDone || certificates !== undefined) return false;
  // Only where every message was read does a missing one say something.
  const gaps = [...transcript.unread, ...transcript.cut].some(({ from }) => from === "server");
  return server.changeCipherSpec && server.hasWholeMessages && !gaps ? true : undefined;
}

function chainOf(transcript: Transcript, resumed: boolean | undefined, unread: readonly Unread[]): ChainSeen {
  if (transcript.certificates !== undefined) return { kind: "sent", ...transcript.certificates };
  if (resumed === true) return { kind: "resumed" };
  if (unread.some(hidesChain) || transcript.unread.some(isServersCertificate)) return { kind: "unreadable" };
  return { kind: transcript.helloDone ? "anonymous" : "not-reached" };
}

function isServersCertificate(unread: Unread): boolean {
  return unread.kind === "malformed" && unread.from === "server" && unread.message === "certificate";
}

function hidesChain({ kind, ...unread }: Unread): boolean {
  if (kind === "limit") return "limit" in unread && unread.limit === "handshakeMessageBytes";
  return kind === "no-key" || kind === "not-decrypted" || kind === "not-a-record";
}

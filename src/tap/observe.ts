/** Reads a recording into what it says: both sides, in the order their keys hang on each other. */
import { isTlsRecord, sniffPeer } from "../core/index.ts";
import type { KeyLog } from "./key-log.ts";
import type { TapLimits } from "./limits.ts";
import type { Observed, Unread, Way, WayEnd } from "./observed.ts";
import type { RecordLog } from "./records.ts";
import { SideReader } from "./side-reader.ts";
import { Transcript } from "./transcript.ts";

/** What was recorded of one direction. */
export interface RecordedWay {
  readonly log: RecordLog;
  readonly end: WayEnd;
}

export interface Recording {
  readonly client: RecordedWay;
  readonly server: RecordedWay;
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
  const unread: Unread[] = [...transcript.unread, ...transcript.cut, ...client.unread, ...server.unread];
  return {
    peer: peerOf(recording.server.log),
    client: wayOf(recording.client, client),
    server: wayOf(recording.server, server),
    messages: transcript.messages,
    ...factsOf(transcript),
    alerts,
    unread,
  };
}

type Facts = Pick<
  Observed,
  | "clientHello"
  | "helloRetryRequest"
  | "serverHello"
  | "alpn"
  | "keyExchange"
  | "exchangeSignature"
  | "certificates"
  | "clientCertificates"
  | "asked"
>;

/** Those facts that the messages gave, and no key for the others. */
function factsOf(transcript: Transcript): Facts {
  const { clientHello, helloRetryRequest, serverHello, alpn, keyExchange, exchangeSignature } = transcript;
  const { certificates, clientCertificates, asked } = transcript;
  return {
    ...(clientHello === undefined ? {} : { clientHello }),
    ...(helloRetryRequest === undefined ? {} : { helloRetryRequest }),
    ...(serverHello === undefined ? {} : { serverHello }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(keyExchange === undefined ? {} : { keyExchange }),
    ...(exchangeSignature === undefined ? {} : { exchangeSignature }),
    ...(certificates === undefined ? {} : { certificates }),
    ...(clientCertificates === undefined ? {} : { clientCertificates }),
    ...(asked === undefined ? {} : { asked }),
  };
}

function peerOf(log: RecordLog): Observed["peer"] {
  if (log.bytes === 0) return { kind: "silent" };
  return isTlsRecord(log.first) ? { kind: "tls" } : { kind: "not-tls", ...sniffPeer(log.first) };
}

function wayOf({ log, end }: RecordedWay, { closeNotify }: SideReader): Way {
  return { bytes: log.bytes, closeNotify, end };
}

/**
 * Reads the records of one side in order: opens the protected ones, gives handshake messages to the
 * transcript, notes alerts. Follows the keys: TLS 1.3's handshake, application and updated ones (RFC 8446
 * §7.2, §7.3), TLS 1.2's after ChangeCipherSpec (RFC 5246 §7.1). A renegotiation is not followed.
 */
import { alertName } from "../core/index.ts";
import { HandshakeAssembler } from "./assembler.ts";
import type { KeyLog, SecretLabel } from "./key-log.ts";
import type { TapLimits } from "./limits.ts";
import { handshakeName } from "./names.ts";
import type { Alert, Side, Unread } from "./observed.ts";
import { nextTrafficSecret, tls12Openers, tls13Opener, type Opened, type Opener } from "./protection.ts";
import {
  alert,
  applicationData,
  changeCipherSpec,
  handshake,
  type RecordLog,
  type TlsRecord,
} from "./records.ts";
import type { Transcript } from "./transcript.ts";

const finished = 20;
const keyUpdate = 24;
const keyUpdateBytes = 5;

interface Keys {
  /** `undefined` when the key log lacks the secret, or the cipher is not opened here. */
  readonly opener: Opener | undefined;
  readonly secret: Uint8Array | undefined;
  readonly epoch: "handshake" | "application";
  /** The ordinal of the first record under these keys. */
  readonly from: number;
}

/** An alert, and its place among the chunks of both sides. */
export interface AlertAt {
  readonly alert: Alert;
  readonly turn: number;
}

export class SideReader {
  readonly #from: Side;
  readonly #log: RecordLog;
  readonly #limits: TapLimits;
  readonly #keyLog: KeyLog;
  readonly #transcript: Transcript;
  readonly #assembler: HandshakeAssembler;
  readonly #alerts: AlertAt[] = [];
  #alertsLeftOut = 0;
  #next = 0;
  #keys: Keys | undefined;
  /** Protected records without keys; how many showed themselves as alerts. */
  readonly #keyless = { records: 0, alerts: 0 };
  #lost: { records: number } | undefined;

  constructor(
    from: Side,
    log: RecordLog,
    parts: { readonly limits: TapLimits; readonly keyLog: KeyLog; readonly transcript: Transcript },
  ) {
    this.#from = from;
    this.#log = log;
    this.#limits = parts.limits;
    this.#keyLog = parts.keyLog;
    this.#transcript = parts.transcript;
    this.#assembler = new HandshakeAssembler(parts.limits.handshakeMessageBytes);
  }

  get alerts(): readonly AlertAt[] {
    return this.#alerts;
  }

  get closeNotify(): "seen" | "not-seen" | "unreadable" {
    if (this.#alerts.some(({ alert }) => alert.number === 0)) return "seen";
    // TLS 1.2 shows which protected records are alerts; TLS 1.3 calls them all application data.
    const hidden = this.#isTls13 ? this.#keyless.records : this.#keyless.alerts;
    return hidden > 0 || this.#lost !== undefined || this.#alertsLeftOut > 0 ? "unreadable" : "not-seen";
  }

  /** What of this side could not be read. */
  get unread(): Unread[] {
    const from = this.#from;
    const unread: Unread[] = [];
    if (this.#keyless.records > 0) unread.push({ kind: "no-key", from, ...this.#keyless });
    if (this.#lost !== undefined) unread.push({ kind: "not-decrypted", from, ...this.#lost });
    const { pending, tooLongBytes } = this.#assembler;
    if (pending !== undefined) {
      const of = pending.type === undefined ? "message" : handshakeName(pending.type);
      unread.push({ kind: "incomplete", from, of, ...sizes(pending) });
    }
    if (tooLongBytes !== undefined) {
      unread.push({ kind: "limit", from, limit: "handshakeMessageBytes", leftOut: tooLongBytes });
    }
    if (this.#alertsLeftOut > 0) {
      unread.push({ kind: "limit", from, limit: "alerts", leftOut: this.#alertsLeftOut });
    }
    const { unfinished, strangeAtBytes, leftOut } = this.#log;
    if (unfinished !== undefined)
      unread.push({ kind: "incomplete", from, of: "record", ...sizes(unfinished) });
    if (strangeAtBytes !== undefined && strangeAtBytes > 0) {
      unread.push({ kind: "not-a-record", from, atBytes: strangeAtBytes });
    }
    if (leftOut > 0) unread.push({ kind: "limit", from, limit: "recordedBytes", leftOut });
    return unread;
  }

  /** Reads on until the first record that protection, or its announcement, precedes. */
  readClear(): void {
    for (
      let record = this.#log.kept[this.#next];
      record !== undefined;
      record = this.#log.kept[++this.#next]
    ) {
      if (record.type === changeCipherSpec || record.type === applicationData) return;
      this.#take(record);
    }
  }

  /** Reads the rest. The hellos of both sides must have been read before: the keys hang on them. */
  readAll(): void {
    for (
      let record = this.#log.kept[this.#next];
      record !== undefined;
      record = this.#log.kept[++this.#next]
    ) {
      this.#take(record);
    }
    for (const record of this.#log.late) this.#takeLate(record);
  }

  get #isTls13(): boolean {
    return this.#transcript.isTls13;
  }

  #take(record: TlsRecord): void {
    if (record.type === changeCipherSpec && (this.#keys === undefined || this.#isTls13)) {
      // TLS 1.3 sends it for middleboxes only: RFC 8446 §5.
      if (!this.#isTls13) this.#startTls12(record);
      return;
    }
    const opened = this.#open(record);
    if (opened !== undefined) this.#read(opened, record);
  }

  /** Behind a gap a handshake message has no beginning: alerts are read, and the change of keys. */
  #takeLate(record: TlsRecord): void {
    if (record.type === changeCipherSpec) return;
    const opened = this.#open(record);
    if (opened === undefined) return;
    const { type, content } = opened;
    if (type === alert) this.#readAlerts(opened, record);
    const updates = type === handshake && content[0] === keyUpdate && content.length === keyUpdateBytes;
    if (updates) this.#moveKeys(keyUpdate, record);
  }

  /** TLS 1.3 shows it by the type (RFC 8446 §5.2), TLS 1.2 protects all that follows ChangeCipherSpec. */
  #isProtected({ type }: TlsRecord): boolean {
    return this.#isTls13 ? type === applicationData : this.#keys !== undefined;
  }

  #open(record: TlsRecord): Opened | undefined {
    if (!this.#isProtected(record)) return { type: record.type, content: record.payload };
    if (this.#isTls13 && this.#keys === undefined) {
      this.#startTls13("handshake", record.ordinal);
    }
    const keys = this.#keys;
    if (this.#lost !== undefined) {
      this.#lost.records++;
      return undefined;
    }
    if (keys?.opener === undefined) {
      this.#keyless.records++;
      if (record.type === alert) this.#keyless.alerts++;
      return undefined;
    }
    const opened = keys.opener.open(record, record.ordinal - keys.from);
    // A second ChangeCipherSpec begins new keys, which are not followed.
    if (opened === undefined || record.type === changeCipherSpec) {
      this.#lost = { records: 1 };
      return undefined;
    }
    return opened;
  }

  #read(opened: Opened, record: TlsRecord): void {
    const { type, content } = opened;
    if (type === alert) this.#readAlerts(opened, record);
    if (type !== handshake) return;
    const context = { from: this.#from, turn: record.turn };
    for (const message of this.#assembler.push(content, record.payload.length + 5)) {
      this.#transcript.take(message, context);
      this.#moveKeys(message.type, record);
    }
  }

  #readAlerts({ content }: Opened, record: TlsRecord): void {
    const { turn } = record;
    for (let at = 0; at + 1 < content.length; at += 2) {
      const number = content[at + 1] ?? 0;
      if (this.#alerts.length >= this.#limits.alerts) {
        this.#alertsLeftOut++;
        continue;
      }
      const name = alertName(number);
      const named = name === undefined ? {} : { name };
      this.#alerts.push({ alert: { from: this.#from, number, ...named }, turn });
    }
    if (content.length % 2 === 1) {
      this.#transcript.unread.push({ kind: "malformed", from: this.#from, message: "alert" });
    }
  }

  /** TLS 1.3: Finished ends the handshake keys, KeyUpdate the application keys of its sender. */
  #moveKeys(messageType: number, record: TlsRecord): void {
    if (!this.#isTls13 || this.#keys === undefined) return;
    if (messageType === finished && this.#keys.epoch === "handshake") {
      this.#startTls13("application", record.ordinal + 1);
    }
    const { secret, epoch } = this.#keys;
    if (messageType !== keyUpdate || epoch !== "application" || secret === undefined) return;
    const suite = this.#transcript.negotiated?.suite ?? "";
    const next = nextTrafficSecret(secret, suite);
    this.#keys = { epoch, secret: next, opener: tls13Opener(next, suite), from: record.ordinal + 1 };
  }

  #startTls13(epoch: Keys["epoch"], from: number): void {
    const secret = this.#keyLog.secret(tls13Labels[this.#from][epoch]);
    const suite = this.#transcript.negotiated?.suite ?? "";
    const opener = secret === undefined ? undefined : tls13Opener(secret, suite);
    this.#keys = { epoch, secret, opener, from };
  }

  #startTls12(record: TlsRecord): void {
    const { negotiated, clientRandom } = this.#transcript;
    const master = this.#keyLog.secret("CLIENT_RANDOM");
    const openers =
      negotiated?.version === 0x0303 && clientRandom !== undefined && master !== undefined
        ? tls12Openers(master, negotiated.suite, { client: clientRandom, server: negotiated.serverRandom })
        : undefined;
    const opener = openers?.[this.#from];
    this.#keys = { epoch: "application", secret: undefined, opener, from: record.ordinal };
  }
}

const tls13Labels: Readonly<Record<Side, Readonly<Record<Keys["epoch"], SecretLabel>>>> = {
  client: { handshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET", application: "CLIENT_TRAFFIC_SECRET_0" },
  server: { handshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET", application: "SERVER_TRAFFIC_SECRET_0" },
};

function sizes({
  haveBytes,
  wantBytes,
}: {
  readonly haveBytes: number;
  readonly wantBytes: number | undefined;
}): {
  readonly haveBytes: number;
  readonly wantBytes?: number;
} {
  return wantBytes === undefined ? { haveBytes } : { haveBytes, wantBytes };
}

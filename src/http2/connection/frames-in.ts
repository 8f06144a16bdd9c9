/** What each frame of the peer's means for the connection and its streams, in the order of RFC 9113 §6. */
import type { Details } from "../../core/index.ts";
import { renderOctets, type DecodeLatin1 } from "../../http1/index.ts";
import { errorCodes, errorName } from "../error-codes.ts";
import {
  settingIds,
  type FrameFault,
  type FrameHeader,
  type FrameSink,
  type FrameWriter,
} from "../frames/index.ts";
import type { HpackEncoder } from "../hpack/index.ts";
import { http2Limits, windowUpdatesPerData } from "../limits.ts";
import { peerMaySend } from "../streams/stream-state.ts";
import { BlocksIn } from "./blocks-in.ts";
import { violation, type Breaker, type Rule } from "./breaker.ts";
import type { Credit } from "./credit.ts";
import { DataIn } from "./data-in.ts";
import { frameName } from "./frame-names.ts";
import { takeEnd, type MessageRules } from "./incoming.ts";
import { LateFrames } from "./late-frames.ts";
import type { LiveStreams } from "./live-streams.ts";
import { takeSettings, type PeerSettings } from "./peer-settings.ts";
import { bandwidthPing, isPing, livenessPing } from "./pings.ts";
import type { Sender } from "./sender.ts";
import type { ClientStream } from "./stream.ts";

export interface FramesInEvents {
  onGoaway(): void;
  onCapacity(): void;
}

export interface FramesInParts {
  readonly breaker: Breaker;
  readonly writer: FrameWriter;
  readonly streams: LiveStreams;
  readonly sender: Sender;
  readonly credit: Credit;
  readonly peer: PeerSettings;
  readonly encoder: HpackEncoder;
  readonly decodeLatin1: DecodeLatin1;
  readonly rules: MessageRules;
  readonly events: FramesInEvents;
}

const protocolRule = (rule: string, section: string): Rule => ({
  errorCode: "PROTOCOL_ERROR",
  rule,
  section,
});
const firstRule = protocolRule("the first frame is SETTINGS", "RFC 9113 §3.4");
const withinRule = protocolRule("nothing comes between HEADERS and its CONTINUATION", "RFC 9113 §6.10");
const connectRule = protocolRule("SETTINGS_ENABLE_CONNECT_PROTOCOL is not taken back", "RFC 8441 §3");
const pushRule = protocolRule(
  "nothing is pushed to who has set SETTINGS_ENABLE_PUSH to 0",
  "RFC 9113 §6.6, §8.4",
);
const goawayRule = protocolRule("a later GOAWAY does not name a higher stream", "RFC 9113 §6.8");
const windowRule: Rule = {
  errorCode: "FLOW_CONTROL_ERROR",
  rule: "no window is larger than 2^31 - 1",
  section: "RFC 9113 §6.9.1, §6.9.2",
};

export class FramesIn implements FrameSink {
  readonly #parts: FramesInParts;
  readonly #breaker: Breaker;
  readonly #blocks: BlocksIn;
  readonly #data: DataIn;
  /** SETTINGS of ours that the peer has not acknowledged. */
  #unacknowledged = 0;
  /** PING frames of `ping` that the peer has not acknowledged. */
  #asked = 0;
  #goaway: Details["http2-goaway"] | undefined;

  constructor(parts: FramesInParts) {
    const { breaker, credit, decodeLatin1, rules, streams, writer } = parts;
    const late = new LateFrames(breaker, streams, writer);
    this.#parts = parts;
    this.#breaker = breaker;
    this.#blocks = new BlocksIn({ breaker, decodeLatin1, late, rules, streams });
    this.#data = new DataIn({ breaker, credit, late, rules, streams, writer });
  }

  /** The peer's last word. */
  get goaway(): Details["http2-goaway"] | undefined {
    return this.#goaway;
  }

  /** Sends SETTINGS of ours. */
  announce(settings: readonly (readonly [id: number, value: number])[]): void {
    this.#unacknowledged++;
    this.#parts.writer.settings(settings);
  }

  /** Asks for an answer (§6.7). */
  ping(): void {
    this.#asked++;
    this.#parts.writer.ping(false, livenessPing, 0);
  }

  /** Octets follow. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#breaker.opening.take(bytes, start, end);
    this.#blocks.checkTime(this.#breaker.now);
  }

  onStreamFault(id: number, fault: FrameFault): void {
    const frame = frameName(fault.frame.type);
    if (!this.#admits(frame, id)) return;
    const stream = this.#parts.streams.get(id);
    if (stream === undefined) return this.#breaker.breakFrame(fault);
    this.#parts.streams.refuse(stream, { failure: violation(fault, frame, id), errorCode: fault.errorCode });
  }

  // §6.1

  onData(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#admits("DATA", id)) this.#data.take(id, bytes, start, end);
  }

  onDataEnd(id: number, flowBytes: number, contentBytes: number, endStream: boolean): void {
    if (!this.#admits("DATA", id)) return;
    if (flowBytes === 0 && !endStream && !this.#breaker.spend("empty-data")) return;
    const stream = this.#data.finish(id, flowBytes, contentBytes);
    if (stream !== undefined && endStream) this.#end(stream);
  }

  // §6.2, §6.10

  onHeaders(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#admits("HEADERS", frame.stream)) return;
    const ended = this.#blocks.begin(frame, bytes, start, end);
    if (ended !== undefined) this.#end(ended);
  }

  onContinuation(frame: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#admitsFirst("CONTINUATION", frame.stream)) return;
    const ended = this.#blocks.proceed(frame, bytes, start, end);
    if (ended !== undefined) this.#end(ended);
  }

  #end(stream: ClientStream): void {
    if (!peerMaySend[stream.state]) return;
    const fault = takeEnd(stream);
    if (fault === undefined) this.#parts.streams.endReceived(stream);
    else this.#parts.streams.refuse(stream, fault);
  }

  // §6.3

  onPriority(id: number): void {
    if (this.#admits("PRIORITY", id)) this.#breaker.spend("priority-and-unknown");
  }

  // §6.4

  onReset(id: number, code: number): void {
    if (!this.#admits("RST_STREAM", id)) return;
    const { streams } = this.#parts;
    if (streams.isIdle(id)) return this.#breaker.breakIdle("RST_STREAM", id);
    const stream = streams.get(id);
    if (stream === undefined) return void this.#breaker.spend("reset");
    const { expectedBytes, bodyBytes: receivedBytes } = stream;
    // DEVIATION: RFC 9113 §8.1 has END_STREAM end a response. Node's server resets without an error instead, at times: then
    // the response is whole if Content-Length says so.
    if (code === errorCodes.NO_ERROR && receivedBytes === expectedBytes) return streams.endByReset(stream);
    const errorCode = shownCode(code);
    const hasHead = stream.head !== undefined;
    const detail = { stream: id, errorCode, hasHead, receivedBytes, expectedBytes };
    streams.lose(stream, { code: "http2-stream-reset", detail }, errorCode === "REFUSED_STREAM");
  }

  // §6.5

  onSettings(bytes: Uint8Array, start: number, end: number): void {
    if (this.#breaker.opening.isOver) {
      if (!this.#admits("SETTINGS", 0) || !this.#breaker.spend("settings")) return;
    } else this.#breaker.opening.finish();
    const { peer, writer, encoder, sender, streams, events } = this.#parts;
    const windowBefore = peer.initialWindowBytes;
    const isValid = takeSettings(peer, { bytes, start, end }, (size) => encoder.setMaxTableBytes(size));
    if (!isValid) return this.#breaker.break(connectRule, "SETTINGS", 0);
    sender.setMaxFrameBytes(peer.maxFrameBytes);
    const grown = peer.initialWindowBytes - windowBefore;
    for (const stream of grown === 0 ? [] : streams.all)
      if (!stream.sendWindow.grow(grown)) return this.#breaker.break(windowRule, "SETTINGS", stream.id);
    writer.settingsAck();
    events.onCapacity();
  }

  onSettingsAck(): void {
    if (!this.#admits("SETTINGS (ACK)", 0)) return;
    if (this.#unacknowledged > 0) this.#unacknowledged--;
    else this.#breaker.spend("settings");
  }

  // §6.6

  onPushPromise({ stream }: FrameHeader): void {
    if (this.#admits("PUSH_PROMISE", stream)) this.#breaker.break(pushRule, "PUSH_PROMISE", stream);
  }

  // §6.7

  onPing(isAck: boolean, bytes: Uint8Array, start: number): void {
    if (!this.#admits("PING", 0)) return;
    const { writer, credit } = this.#parts;
    if (!isAck) {
      if (this.#breaker.spend("ping")) writer.ping(true, bytes, start);
    } else if (credit.isMeasuring && isPing(bytes, start, bandwidthPing)) this.#onBandwidth();
    else if (this.#asked > 0 && isPing(bytes, start, livenessPing)) this.#asked--;
    else this.#breaker.spend("ping");
  }

  /** A round trip was measured. What SETTINGS say of windows holds for the streams that there are, too (§6.9.2). */
  #onBandwidth(): void {
    const { credit, streams } = this.#parts;
    const grown = credit.onPong();
    if (grown === 0) return;
    this.announce([[settingIds.initialWindowSize, credit.streamWindow]]);
    for (const stream of streams.all) stream.receiveWindow.widen(grown);
  }

  // §6.8

  onGoaway(lastStream: number, code: number, debugData: Uint8Array): void {
    if (!this.#admits("GOAWAY", 0) || !this.#breaker.spend("goaway")) return;
    if (lastStream > (this.#goaway?.lastStream ?? Infinity))
      return this.#breaker.break(goawayRule, "GOAWAY", 0);
    const { streams, events } = this.#parts;
    const debug = renderOctets(debugData.subarray(0, http2Limits.debugBytes.value));
    const said = { errorCode: shownCode(code), debug };
    const goaway = { lastStream, ...(this.#blames(said) ?? said), isProcessed: true };
    this.#goaway = goaway;
    events.onGoaway();
    const detail = { ...goaway, isProcessed: false };
    for (const stream of streams.all)
      if (stream.id > lastStream) streams.lose(stream, { code: "http2-goaway", detail }, true);
  }

  /** What an earlier GOAWAY blamed: Node's server says NO_ERROR behind it, which takes nothing back. */
  #blames({ errorCode }: Blame): Blame | undefined {
    if (errorCode !== noError || this.#goaway === undefined || this.#goaway.errorCode === noError) return;
    return { errorCode: this.#goaway.errorCode, debug: this.#goaway.debug };
  }

  // §6.9

  onWindowUpdate(id: number, increment: number): void {
    if (!this.#admits("WINDOW_UPDATE", id)) return;
    const { streams, sender } = this.#parts;
    const { floods, now } = this.#breaker;
    floods.earn("window-update", windowUpdatesPerData * sender.takeFrames(), now);
    if (!this.#breaker.spend("window-update")) return;
    if (id === 0) {
      if (!sender.window.grow(increment)) this.#breaker.break(windowRule, "WINDOW_UPDATE", 0);
      return;
    }
    if (streams.isIdle(id)) return this.#breaker.breakIdle("WINDOW_UPDATE", id);
    const stream = streams.get(id);
    if (stream === undefined || stream.sendWindow.grow(increment)) return;
    const failure = violation(windowRule, "WINDOW_UPDATE", id);
    streams.refuse(stream, { failure, errorCode: windowRule.errorCode });
  }

  /** Frames of types that are not known, and those that mean nothing to a client: ORIGIN, ALTSVC (§5.5). */
  onOther(frame: FrameHeader): void {
    if (this.#admits(frameName(frame.type), frame.stream)) this.#breaker.spend("priority-and-unknown");
  }

  /** Whether a frame may come now. */
  #admits(frame: string, id: number): boolean {
    if (!this.#admitsFirst(frame, id)) return false;
    if (this.#blocks.isWithin) this.#breaker.break(withinRule, frame, id);
    return !this.#breaker.isOver;
  }

  /** SETTINGS come first. */
  #admitsFirst(frame: string, id: number): boolean {
    if (!this.#breaker.isOver && !this.#breaker.opening.isOver) this.#breaker.break(firstRule, frame, id);
    return !this.#breaker.isOver;
  }
}

/** Why a connection is ended. */
type Blame = Pick<Details["http2-goaway"], "errorCode" | "debug">;

const noError = "NO_ERROR";

/** By name, or as a number where the RFC has no name. */
function shownCode(code: number): string {
  return errorName(code) ?? `0x${code.toString(16)}`;
}

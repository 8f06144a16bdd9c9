/** A client's connection whose peer is the test: what it was told, and what it sent. */
import { decodeLatin1 } from "../../src/net/index.ts";
import { ClientConnection, type ClientStream, type Failure, type StreamSink } from "../../src/http2/index.ts";
import { readSent, settings, type SentFrame } from "./frames.ts";

const prefaceText = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export class Recorder implements StreamSink {
  readonly events: string[] = [];
  body = "";
  failure: Failure | undefined;
  isUnprocessed: boolean | undefined;
  completion: unknown;
  /** Whether it has room for more content. */
  hasRoom = true;
  /** What it does while it is given content. */
  whileGiven: () => void = () => {};
  writable = 0;

  onInformational({ status }: Parameters<StreamSink["onInformational"]>[0]): void {
    this.events.push(`informational ${status}`);
  }
  onHead(head: Parameters<StreamSink["onHead"]>[0], framing: Parameters<StreamSink["onHead"]>[1]): void {
    this.events.push(`head ${head.status} ${JSON.stringify([...head.fields])} ${framing.kind}`);
  }
  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    this.body += decodeLatin1(bytes, start, end);
    this.whileGiven();
    return this.hasRoom;
  }
  onTrailers(fields: Parameters<StreamSink["onTrailers"]>[0], dropped: readonly string[]): void {
    this.events.push(`trailers ${JSON.stringify([...fields])} ${dropped.join()}`);
  }
  onComplete(completion: unknown): void {
    this.events.push("complete");
    this.completion = completion;
  }
  onFailure(failure: Failure, isUnprocessed: boolean): void {
    this.events.push(`failure ${failure.code}`);
    this.failure = failure;
    this.isUnprocessed = isUnprocessed;
  }
  onWritable(): void {
    this.writable++;
  }
}

export class Harness {
  readonly events: string[] = [];
  readonly connection: ClientConnection;
  now = 1_000;
  failure: Failure | undefined;

  constructor(options: Partial<ConstructorParameters<typeof ClientConnection>[0]> = {}) {
    this.connection = new ClientConnection(
      { decodeLatin1, ...options },
      {
        onCapacity: () => {},
        onRetired: (reason) => this.events.push(`retired ${reason}`),
        onBroken: (failure) => {
          this.failure = failure;
        },
      },
    );
  }

  /** After the exchange of SETTINGS, with nothing left in the output. */
  static open(
    entries: readonly (readonly [id: number, value: number])[] = [],
    options?: ConstructorParameters<typeof Harness>[0],
  ): Harness {
    const harness = new Harness(options);
    harness.takePreface();
    harness.receive(settings(...entries));
    harness.sent();
    return harness;
  }

  request({ method = "GET", hasBody = false, fields = [] as (readonly [string, string])[] } = {}): {
    stream: ClientStream;
    sink: Recorder;
  } {
    const sink = new Recorder();
    const lines = [
      [":method", method],
      [":scheme", "https"],
      [":authority", "localhost"],
      [":path", "/"],
      ...fields,
    ] as const;
    return { stream: this.connection.open(lines, { method, hasBody }, sink), sink };
  }

  receive(...parts: readonly Uint8Array[]): void {
    for (const bytes of parts) this.connection.receive(bytes, 0, bytes.length, this.now);
  }

  takePreface(): string {
    const bytes = this.connection.takeOutput() ?? new Uint8Array(0);
    this.#rest = bytes.slice(prefaceText.length);
    return decodeLatin1(bytes, 0, prefaceText.length);
  }

  /** Frames that were sent since the last time. */
  sent(): SentFrame[] {
    const parts = [...this.#rest];
    this.#rest = new Uint8Array(0);
    for (
      let piece = this.connection.takeOutput();
      piece !== undefined;
      piece = this.connection.takeOutput()
    ) {
      parts.push(...piece);
      this.connection.drained();
    }
    return readSent(Uint8Array.from(parts));
  }

  /** The error code of the GOAWAY that ended it; `undefined` for none. */
  goawayCode(): number | undefined {
    const payload = this.sent().find(({ type }) => type === "GOAWAY")?.payload;
    return payload && new DataView(payload.buffer).getUint32(4);
  }

  #rest = new Uint8Array(0);
}

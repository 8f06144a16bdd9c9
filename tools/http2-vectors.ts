/**
 * Vectors of HTTP/2 in the shapes of http2jp's collections: stories of header blocks, each of which is decoded in its
 * order and encoded anew, and frames, which are read whole, octet by octet and cut at random.
 */
import {
  errorCodes,
  HpackDecoder,
  HpackEncoder,
  OctetWriter,
  type FieldToEncode,
  type FieldSpace,
} from "../src/http2/index.ts";
import { decodeLatin1 } from "../src/net/index.ts";
import { readEveryWay, readPieces, type FrameTranscript } from "../test/http2/frame-transcript.ts";
import { randomCuts, seeded } from "../test/http2/seeded.ts";

export interface StoryFile {
  readonly stories: readonly Story[];
}

interface Story {
  /** Who encoded it. */
  readonly encoder: string;
  readonly story: string;
  readonly cases: readonly StoryCase[];
}

interface StoryCase {
  readonly seqno: number;
  /** The decoder's SETTINGS_HEADER_TABLE_SIZE, where it is told. */
  readonly header_table_size?: number | null;
  readonly wire: string;
  readonly headers: readonly Readonly<Record<string, string>>[];
}

export interface FrameFile {
  readonly cases: readonly FrameCase[];
}

interface FrameCase {
  readonly id: string;
  readonly wire: string;
  /** The codes that are acceptable for it; `null`: it is right. */
  readonly error: readonly number[] | null;
  readonly frame: ExpectedFrame | null;
}

interface ExpectedFrame {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream_identifier: number;
  readonly frame_payload: Readonly<Record<string, unknown>>;
}

/** A vector, and what is wrong with our answer to it, if anything is. */
export interface Judged {
  readonly id: string;
  readonly complaint: string | undefined;
}

/** Each block of each story: decoded as it was meant, and again from what our encoder makes of its fields. */
export function judgeStories({ stories }: StoryFile): Judged[] {
  return stories.flatMap(({ encoder, story, cases }) => {
    const theirs = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
    const ours = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
    const encode = new HpackEncoder();
    let tableBytes = 4_096;
    return cases.map((one) => {
      const told = one.header_table_size ?? tableBytes;
      if (told !== tableBytes) {
        theirs.setMaxTableBytes(told);
        ours.setMaxTableBytes(told);
        encode.setMaxTableBytes(told);
        tableBytes = told;
      }
      const fields = one.headers.flatMap((header) =>
        Object.entries(header).map(([name, value]): FieldToEncode => [octetText(name), octetText(value)]),
      );
      const out = new OctetWriter();
      encode.encode(fields, out);
      const complaint =
        judgeBlock(theirs, Buffer.from(one.wire, "hex"), fields) ??
        judgeBlock(ours, out.bytes.subarray(0, out.length), fields);
      return { id: `${encoder}/${story}/${one.seqno}`, complaint };
    });
  });
}

/** The vectors are UTF-8; fields are octets. */
function octetText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function judgeBlock(
  decoder: HpackDecoder,
  block: Uint8Array,
  wanted: readonly FieldToEncode[],
): string | undefined {
  const into: FieldSpace = { fields: [], bytes: Infinity, count: Infinity };
  const outcome = decoder.decode(block, 0, block.length, into);
  if (outcome !== "decoded") return `expected fields got ${JSON.stringify(outcome)}`;
  const lines = JSON.stringify(into.fields.map(({ name, value }) => [name, value]));
  return lines === JSON.stringify(wanted) ? undefined : `expected ${JSON.stringify(wanted)} got ${lines}`;
}

const partitions = 20;

/** Each frame, in any pieces. */
export function judgeFrames({ cases }: FrameFile): Judged[] {
  const random = seeded(1);
  return cases.map((one) => {
    const bytes = Buffer.from(one.wire, "hex");
    const readings = [
      ...readEveryWay(bytes),
      ...Array.from({ length: partitions }, () => readPieces(bytes, randomCuts(bytes.length, random))),
    ];
    const complaints = readings.map((reading) => judgeFrame(one, reading));
    return { id: one.id, complaint: complaints.find((complaint) => complaint !== undefined) };
  });
}

function judgeFrame({ error, frame }: FrameCase, reading: FrameTranscript): string | undefined {
  const fault = reading.fault ?? reading.streamFault;
  const got = fault === undefined ? reading.events.join("; ") : `${fault.errorCode}: ${fault.rule}`;
  if (error !== null) {
    const isRight = fault !== undefined && error.includes(errorCodes[fault.errorCode]);
    return isRight ? undefined : `expected an error of ${error.join(" or ")} got ${got}`;
  }
  if (frame === null) return "neither a frame nor an error is expected";
  const wanted = renderFrame(frame);
  return got === wanted ? undefined : `expected ${wanted} got ${got}`;
}

/** The frame as the transcript says it. */
function renderFrame({
  type,
  flags,
  stream_identifier: stream,
  length,
  frame_payload: says,
}: ExpectedFrame): string {
  const text = (name: string): string => JSON.stringify(says[name] ?? "");
  const bits = `0x${flags.toString(16)}`;
  switch (type) {
    case 0:
      return `data ${stream} ${text("data")} ${length}${flags % 2 === 1 ? " end" : ""}`;
    case 1:
      return `headers ${stream} ${bits} ${text("header_block_fragment")}`;
    case 2:
      return `priority ${stream}`;
    case 3:
      return `reset ${stream} ${codeName(says["error_code"])}`;
    case 4:
      return ["settings", ...(says["settings"] as number[][]).map((entry) => entry.join("="))].join(" ");
    case 5:
      return `push ${stream} ${Number(says["promised_stream_id"])} ${bits} ${text("header_block_fragment")}`;
    case 6:
      return `ping ${text("opaque_data")}`;
    case 7:
      return `goaway ${Number(says["last_stream_id"])} ${codeName(says["error_code"])} ${text("additional_debug_data")}`;
    case 8:
      return `window ${stream} ${Number(says["window_size_increment"])}`;
    default:
      return `continuation ${stream} ${bits} ${text("header_block_fragment")}`;
  }
}

function codeName(code: unknown): string {
  return Object.entries(errorCodes).find(([, number]) => number === code)?.[0] ?? String(code);
}

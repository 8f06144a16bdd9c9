/**
 * Frames and header blocks that were right before somebody changed them: the properties that hold for any of them, by a
 * seed. The suite tries some thousands, `npm run fuzz:http2` as many as it is told.
 */
import { isDeepStrictEqual } from "node:util";
import {
  HpackDecoder,
  HpackEncoder,
  OctetWriter,
  type FieldSpace,
  type FieldToEncode,
} from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import { frame, readPieces, uint32, type FrameTranscript } from "./frame-transcript.ts";
import { randomCuts, seeded } from "./seeded.ts";

type Random = (bound: number) => number;

/** Runs so many rounds, and throws at the first that breaks a property, with its number. */
export function fuzzFrames(rounds: number, seed: number): void {
  eachRound(rounds, seed, checkFrames);
}

/** The same for header blocks. */
export function fuzzBlocks(rounds: number, seed: number): void {
  eachRound(rounds, seed, checkBlocks);
}

function eachRound(rounds: number, seed: number, check: (random: Random) => void): void {
  for (let round = 0; round < rounds; round++) {
    try {
      check(seeded(seed + round));
    } catch (error) {
      throw new Error(`seed ${seed + round}`, { cause: error });
    }
  }
}

function oneOf<T>(choices: readonly T[], random: Random): T {
  return choices[random(choices.length)] as T;
}

const framesOf: readonly ((random: Random) => number[])[] = [
  (random) => frame("data", oneOf([0, 1, 8, 9], random), 1, `\x02${"x".repeat(random(20) + 2)}`),
  (random) =>
    frame("headers", oneOf([4, 5, 0xc, 0x24, 0x2c, 0], random), 1, `\x01${"h".repeat(random(20) + 6)}`),
  (random) => frame("continuation", oneOf([0, 4], random), 1, "c".repeat(random(9))),
  () => frame("priority", 0, 3, "prior"),
  (random) => frame("reset", 0, 1, uint32(random(16))),
  (random) =>
    frame("settings", 0, 0, [0, 1 + random(9), ...uint32(random(2)), 0, 4, ...uint32(random(0x8000_0001))]),
  () => frame("settings", 1, 0),
  (random) => frame("pushPromise", oneOf([4, 0xc], random), 1, [0, 0, 0, 0, 2, 4, 0x82]),
  (random) => frame("ping", random(2), 0, "deadbeef"),
  (random) =>
    frame("goaway", 0, 0, [...uint32(random(9)), ...uint32(random(16)), ...Array<number>(random(9)).fill(7)]),
  (random) => frame("windowUpdate", 0, random(2), uint32(random(3))),
  (random) => frame(10 + random(9), random(256), random(9), "?".repeat(random(40))),
];

/** However the octets come, the same is said of them; a fault ends it; nothing throws. */
function checkFrames(random: Random): void {
  const frames = Array.from({ length: 1 + random(6) }, () => oneOf(framesOf, random)(random)).flat();
  const bytes = mutate(Uint8Array.from(frames), random);
  const maxFrameBytes = oneOf([20, 60, 16_384], random);
  const whole = readPieces(bytes, [], maxFrameBytes);
  for (const cuts of [randomCuts(bytes.length, random), Array.from(bytes, (_, at) => at).slice(1)]) {
    const pieces = readPieces(bytes, cuts, maxFrameBytes);
    if (!isDeepStrictEqual(said(pieces), said(whole)))
      throw new Error(`cut at ${cuts.join(", ")}: another reading`);
  }
}

function said(transcript: FrameTranscript): unknown {
  return [transcript.lines(), transcript.openContent, transcript.fault?.frame];
}

const names = [":status", "server", "date", "set-cookie", "x-a", "content-length", "cookie", ""];
const values = [
  "200",
  "nginx",
  "a=b; Path=/",
  "{|}~",
  "",
  "Tue, 04 Aug 2026 07:59:32 GMT",
  "\xff\x00",
  "x".repeat(300),
];

/**
 * Several blocks of one encoder, of which some were changed: whatever they hold, what is kept is within the limits, and
 * the table within its size; blocks that were not changed are read as they were meant, until one that was is refused or
 * has changed the table.
 */
function checkBlocks(random: Random): void {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
  let isInStep = true;
  for (let count = 1 + random(5); count > 0; count--) {
    const fields = Array.from({ length: random(9) }, (): FieldToEncode => [
      oneOf(names, random),
      oneOf(values, random),
      random(9) === 0,
    ]);
    const out = new OctetWriter();
    encoder.encode(fields, out);
    const right = out.bytes.slice(0, out.length);
    const block = random(3) > 0 ? right : mutate(right, random);
    if (block !== right) isInStep = false;
    const into: FieldSpace = {
      fields: [],
      bytes: oneOf([100, 1_000, 65_536], random),
      count: oneOf([1, 5, 2_000], random),
    };
    const outcome = decoder.decode(block, 0, block.length, into);
    checkKept(into, decoder);
    if (typeof outcome === "object" && isInStep) throw new Error(`a right block is refused: ${outcome.rule}`);
    if (typeof outcome === "object") {
      if (outcome.offset < 0 || outcome.offset > block.length)
        throw new Error("the fault is not in the block");
      return;
    }
    if (isInStep && outcome === "decoded") checkSame(into, fields);
  }
}

function checkKept({ fields, bytes, count }: FieldSpace, decoder: HpackDecoder): void {
  const total = fields.reduce((sum, { size }) => sum + size, 0);
  if (total > bytes || fields.length > count) throw new Error("more is kept than is allowed");
  if (fields.some(({ name, value, size }) => size !== name.length + value.length + 32))
    throw new Error("a size is wrong");
  if (decoder.tableBytes > 4_096) throw new Error("the table is larger than it may be");
}

function checkSame({ fields }: FieldSpace, wanted: readonly FieldToEncode[]): void {
  const got = fields.map(({ name, value }) => [name, value]);
  const meant = wanted.map(([name, value]) => [name, value]);
  if (!isDeepStrictEqual(got, meant)) throw new Error(`read as ${JSON.stringify(got)}`);
}

/** Octets changed, cut out, doubled and put in: mostly a few, since what is close to right is where readers err. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let octets = [...bytes];
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(octets.length + 1);
    switch (random(5)) {
      case 0:
        octets[Math.min(at, Math.max(0, octets.length - 1))] = random(256);
        break;
      case 1:
        octets.splice(at, 1 + random(4));
        break;
      case 2:
        octets.splice(at, 0, ...octets.slice(at, at + random(12)));
        break;
      case 3:
        octets.splice(at, 0, oneOf([0, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xbe, 0xff], random));
        break;
      default:
        octets = octets.slice(0, at);
    }
  }
  return Uint8Array.from(octets);
}

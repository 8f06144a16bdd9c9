/** Header blocks against Python's hpack, which has nothing in common with nghttp2: its decoder on ours, ours on its. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  HpackDecoder,
  HpackEncoder,
  OctetWriter,
  type FieldSpace,
  type FieldToEncode,
} from "../../src/http2/index.ts";
import { decodeLatin1 } from "../../src/net/index.ts";
import { seeded } from "../../test/http2/seeded.ts";

/** Debian's Python, which has Debian's packages; not one that comes first on the PATH. */
const python = "/usr/bin/python3";
const isThere = spawnSync(python, ["-c", "import hpack"]).status === 0;

/** Reads `[[table, block or fields], ...]`, decodes or encodes each in its order, and says what came of it. */
const program = `
import json, sys
from hpack import Decoder, Encoder, HeaderTuple, NeverIndexedHeaderTuple
what, rounds = json.load(sys.stdin)
decoder, encoder = Decoder(), Encoder()
answers = []
for table, said in rounds:
    if table is not None:
        encoder.header_table_size = table
        decoder.max_allowed_table_size = table
    if what == "decode":
        fields = decoder.decode(bytes.fromhex(said), raw=True)
        answers.append([[f[0].decode("latin1"), f[1].decode("latin1"), isinstance(f, NeverIndexedHeaderTuple)] for f in fields])
    else:
        kinds = [NeverIndexedHeaderTuple if secret else HeaderTuple for _, _, secret in said]
        fields = [kind(n.encode("latin1"), v.encode("latin1")) for kind, (n, v, _) in zip(kinds, said)]
        answers.append(encoder.encode(fields).hex())
json.dump(answers, sys.stdout)
`;

type Lines = readonly (readonly [name: string, value: string, sensitive: boolean])[];
type Round<T> = readonly [table: number | null, said: T];

async function ask<T>(what: "decode" | "encode", rounds: readonly Round<unknown>[]): Promise<readonly T[]> {
  const running = promisify(execFile)(python, ["-c", program], { maxBuffer: 1e8 });
  running.child.stdin?.end(JSON.stringify([what, rounds]));
  return JSON.parse((await running).stdout) as readonly T[];
}

const names = [":path", "accept", "cookie", "date", "user-agent", "x-a", "x-b", "x-\xe9"];
const values = ["", "/", "*/*", "{|}~", "gzip, deflate", "a=b; c=d", "x".repeat(500), "\x01\xff"];
/** Rounds that change the table's size. */
const tables: Readonly<Record<number, number>> = { 40: 100, 80: 4_096, 120: 0, 160: 2_000 };

function fieldsOfRounds(): readonly Round<Lines>[] {
  const random = seeded(7);
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? "";
  return Array.from({ length: 200 }, (_, round) => [
    tables[round] ?? null,
    Array.from({ length: random(12) }, () => {
      const name = pick(names);
      const value = random(4) === 0 ? `${pick(values)}${random(30)}` : pick(values);
      return [name, value, name === "cookie" || random(10) === 0] as const;
    }),
  ]);
}

describe.skipIf(!isThere)("hpack (skipped where python3-hpack is not installed)", () => {
  it("reads what our encoder writes, with every change of the table", async () => {
    const rounds = fieldsOfRounds();
    const encoder = new HpackEncoder();
    const blocks = rounds.map(([table, lines]): Round<string> => {
      if (table !== null) encoder.setMaxTableBytes(table);
      const out = new OctetWriter();
      encoder.encode(lines as readonly FieldToEncode[], out);
      return [table, Buffer.from(out.bytes.subarray(0, out.length)).toString("hex")];
    });
    expect(await ask<Lines>("decode", blocks)).toEqual(rounds.map(([, lines]) => lines));
  });

  it("writes what our decoder reads, with every change of the table", async () => {
    const rounds = fieldsOfRounds();
    const decoder = new HpackDecoder({ decodeLatin1, maxTableBytes: 4_096 });
    const blocks = await ask<string>("encode", rounds);
    const read = blocks.map((hex, round): Lines => {
      const table = rounds[round]?.[0];
      if (table !== null && table !== undefined) decoder.setMaxTableBytes(table);
      const block = Buffer.from(hex, "hex");
      const into: FieldSpace = { fields: [], bytes: Infinity, count: Infinity };
      expect(decoder.decode(block, 0, block.length, into)).toBe("decoded");
      return into.fields.map(({ name, value, sensitive }) => [name, value, sensitive]);
    });
    const sent = rounds.map(([, lines]) => lines);
    const withoutSecrecy = (all: readonly Lines[]): unknown =>
      all.map((lines) => lines.map(([name, value]) => [name, value]));
    expect(withoutSecrecy(read)).toEqual(withoutSecrecy(sent));
    // A secret that is in its table already goes as a reference, which does not say that it is one.
    const secrets = read.flatMap((lines, round) =>
      lines.flatMap(([, , isSecret], at) => (isSecret ? [sent[round]?.[at]?.[2]] : [])),
    );
    expect(secrets.length).toBeGreaterThan(100);
    expect(new Set(secrets)).toEqual(new Set([true]));
  });
});

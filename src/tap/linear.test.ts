/** What a peer that speaks TLS, or something like it, says to the tap. */
import { expect, test } from "vitest";
import { KeyLog } from "./key-log.ts";
import { tapLimits, tapLimitsWith } from "./limits.ts";
import { observe } from "./observe.ts";
import { RecordLog } from "./records.ts";
import { isWithin, measureGrowth, type PeerWork } from "../../test/linear/growth.ts";

/** What a socket hands over at a time. */
const readBytes = 65_536;
const two = (value: number): readonly number[] => [value >> 8, value & 0xff];
const record = (type: number, content: readonly number[]): number[] => [
  type,
  3,
  3,
  ...two(content.length),
  ...content,
];
const message = (type: number, body: readonly number[]): number[] => [type, 0, ...two(body.length), ...body];
const filled = (length: number, pattern: readonly number[]): number[] =>
  Array.from({ length }, (_, at) => pattern[at % pattern.length] ?? 0);

/** The records of a flight; they are sent again and again. */
const flights: Readonly<Record<string, readonly number[]>> = {
  "records of nothing": record(22, []),
  "records of an octet": record(22, [0]),
  "messages of nothing": record(22, filled(4_000, [0, 0, 0, 0])),
  "a message that never ends": record(22, [11, 0xff, 0xff, 0xff]),
  "a long message in small records": record(22, [11, 1, 0, 0]),
  alerts: record(21, filled(4_000, [1, 90])),
  "an alert a record": record(21, [2, 40]),
  "changes of keys": record(20, [1]),
  "records under keys": record(23, filled(32, [7])),
  "certificates of nothing": record(22, message(11, [0, ...two(9_000), ...filled(9_000, [0, 0, 0])])),
  "authorities of nothing": record(22, message(13, [1, 1, 0, 0, ...two(9_000), ...filled(9_000, [0, 0])])),
  "hellos with empty extensions": record(
    22,
    message(2, [
      3,
      3,
      ...filled(32, [1]),
      0,
      0x13,
      0x01,
      0,
      ...two(8_000),
      ...filled(8_000, [0xab, 0xcd, 0, 0]),
    ]),
  ),
};

const limits = tapLimitsWith({});

function logOf(flight: readonly number[], size: number): RecordLog {
  const bytes = Uint8Array.from({ length: size }, (_, at) => flight[at % flight.length] ?? 0);
  const log = new RecordLog(limits);
  log.push(bytes, 0);
  return log;
}

const recordings: readonly PeerWork[] = Object.entries(flights).flatMap(([what, flight]) => [
  { what: `${what}, as they come`, bound: readBytes, prepare: (size: number) => () => logOf(flight, size) },
  {
    what: `${what}, looked at`,
    bound: tapLimits.recordedBytes.value,
    prepare: (size: number) => {
      const client = { log: new RecordLog(limits), end: { kind: "open" } } as const;
      const server = { log: logOf(flight, size), end: { kind: "fin" } } as const;
      return () => observe({ client, server }, new KeyLog(), limits);
    },
  },
]);

test.each(recordings)("twice as much costs about twice as long: $what", { timeout: 120_000 }, (work) => {
  expect(measureGrowth(work)).toSatisfy(isWithin);
});

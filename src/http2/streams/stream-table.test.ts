/** The table of streams, held against what JavaScript's own Map would say. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { http2Limits } from "../limits.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { StreamTable } from "./stream-table.ts";

interface Stream {
  readonly id: number;
  readonly receiveWindow: ReceiveWindow;
}

const most = http2Limits.streamsPerConnection.value;
const remembered = http2Limits.closedStreams.value;

function add(table: StreamTable<Stream>): Stream {
  const stream = { id: table.nextId ?? 0, receiveWindow: new ReceiveWindow(1) };
  table.add(stream);
  return stream;
}

it("finds every stream that lives, and no other, in whatever order they end", () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      fc.nat(most),
      (chances, few) => {
        const next = (): number => chances.next().value as number;
        const table = new StreamTable<Stream>();
        const live = new Map<number, Stream>();
        const over = new Set<number>();
        // Some live for as long as many others come and go: their places are wanted again.
        for (let step = 0; step < 1_500; step++) {
          if (live.size < most && next() < (live.size < few ? 0.9 : 0.5)) {
            const stream = add(table);
            live.set(stream.id, stream);
          } else {
            const stream = [...live.values()][Math.floor((1 - next() ** 3) * live.size)];
            if (stream === undefined) continue;
            table.close(stream, "end");
            live.delete(stream.id);
            over.add(stream.id);
          }
        }
        expect(table.size).toBe(live.size);
        expect(table.live).toEqual([...live.values()]);
        for (const [id, stream] of live) {
          expect(table.get(id)).toBe(stream);
          expect(table.closed(id)).toBeUndefined();
        }
        for (const id of over) {
          expect(table.get(id)).toBeUndefined();
          expect(table.closed(id)?.id ?? id).toBe(id);
        }
      },
    ),
    { numRuns: 30 },
  );
});

it("finds one that lives for long, and whoever wants its place", () => {
  const table = new StreamTable<Stream>();
  const first = add(table);
  const live = [first];
  for (let number = 0; number < 4 * most; number++) {
    const stream = add(table);
    if (number % most === most - 1) live.push(stream);
    else table.close(stream, "end");
    expect(live.map(({ id }) => table.get(id))).toEqual(live);
  }
  expect(table.live).toEqual(live);
  for (const stream of live) table.close(stream, "peer-reset");
  expect(table.size).toBe(0);
  expect(live.map(({ id }) => table.get(id))).toEqual(live.map(() => undefined));
});

it("remembers how the latest ended, and forgets those before them", () => {
  const table = new StreamTable<Stream>();
  for (let number = 0; number < 2 * remembered; number++) table.close(add(table), "our-reset");
  expect(table.closed(2 * remembered + 1)?.by).toBe("our-reset");
  expect(table.closed(4 * remembered - 1)?.by).toBe("our-reset");
  expect(table.closed(2 * remembered - 1)).toBeUndefined();
});

it("takes the end of a stream once", () => {
  const table = new StreamTable<Stream>();
  const [first, second] = [add(table), add(table)];
  table.close(first, "our-reset");
  table.close(first, "end");
  expect(table.size).toBe(1);
  expect(table.closed(first.id)?.by).toBe("our-reset");
  expect(table.live).toEqual([second]);
});

it("has the odd numbers for streams, and no more of them than there are", () => {
  const table = new StreamTable<Stream>();
  const stream = { id: 0x7fff_ffff, receiveWindow: new ReceiveWindow(1) };
  expect(table.isIdle(1)).toBe(true);
  table.add(stream);
  expect(table.nextId).toBeUndefined();
  expect(table.get(0x7fff_ffff)).toBe(stream);
  expect([1, 2, 0x7fff_ffff].map((id) => table.isIdle(id))).toEqual([false, true, false]);
});

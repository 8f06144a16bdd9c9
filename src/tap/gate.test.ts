/** Laws of what is held back: everything that can carry a certificate, wherever the bytes are cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

function record(type: number, ...body: readonly number[]): Buffer {
  return Buffer.from([type, 3, 3, body.length >> 8, body.length & 255, ...body]);
}

const hello = record(22, 1, ...Array.from({ length: 700 }, (_, index) => index & 255));
const changeCipher = record(20, 1);
const alert = record(21, 2, 42);
const certificate = record(22, 11, 9, 9, 9);
const encrypted = record(23, 1, 2, 3);

test.each([
  ["a ClientHello, and a second one, pass", [hello, changeCipher, hello], []],
  ["an alert passes", [hello, alert], []],
  ["a certificate in the clear is held, and what follows it", [hello], [certificate, changeCipher, hello]],
  ["what is encrypted is held", [hello, changeCipher], [encrypted, alert]],
])("%s, however the bytes are cut", (_law, passing, held) => {
  const all = Buffer.concat([...passing, ...held]);
  fc.assert(
    fc.property(fc.array(fc.nat(all.length), { maxLength: 6 }), (cuts) => {
      const gate = new Gate();
      const edges = [0, ...cuts.toSorted((a, b) => a - b), all.length];
      const passed = edges.slice(1).map((end, index) => gate.pass(all.subarray(edges[index], end)));
      expect(Buffer.concat(passed)).toEqual(Buffer.concat(passing));
      expect(gate.isHolding).toBe(held.length > 0);
      expect(gate.open()).toEqual(Buffer.concat(held));
      expect(gate.pass(certificate)).toEqual(certificate);
    }),
  );
});

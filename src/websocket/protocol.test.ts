/** Frames cost in proportion to their size, however they are cut. */
import { expect, test } from "vitest";
import { isWithin, measureGrowth, type PeerWork } from "../../test/linear/growth.ts";
import { WebsocketProtocol } from "./protocol.ts";

const bound = 65_536;
const repeated = (length: number, pattern: readonly number[]): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length] ?? 0);

function openWebsocket(): WebsocketProtocol {
  const ignored = { onMessage: () => {}, onControl: () => {}, send: () => {}, onFailure: () => {} };
  return new WebsocketProtocol(ignored, { host: "a", limitBytes: () => 1e6, assembles: () => true });
}

const works: readonly PeerWork[] = [
  {
    what: "WebSocket messages of one octet, as many as one TLS record brings",
    bound: 16_384,
    prepare: (size) => {
      const bytes = repeated(size - (size % 3), [0x81, 0x01, 0x78]);
      return () => openWebsocket().read(bytes);
    },
  },
  {
    what: "a WebSocket message in fragments of one octet",
    bound,
    prepare: (size) => {
      const rest = repeated(size - (size % 3), [0x00, 0x01, 0x78]);
      return () => {
        const protocol = openWebsocket();
        protocol.read(Uint8Array.of(0x01, 0x01, 0x78));
        protocol.read(rest);
      };
    },
  },
  {
    what: "a WebSocket frame that comes octet by octet",
    bound: 16_384,
    prepare: (size) => {
      const head = Uint8Array.of(0x81, 126, size >> 8, size & 0xff);
      const octet = Uint8Array.of(0x78);
      return () => {
        const protocol = openWebsocket();
        protocol.read(head);
        for (let at = 0; at < size; at++) protocol.read(octet);
      };
    },
  },
];

test.each(works)("$what", { timeout: 120_000 }, (work) => {
  expect(measureGrowth(work)).toSatisfy(isWithin);
});

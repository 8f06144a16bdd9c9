/** Readers of what a peer nests and repeats: DER. */
import { DerReader, writeElement, writeSequence } from "../../src/der/index.ts";
import { parseCertificate, parseCrl, parseOcspResponse } from "../../src/x509/public.ts";
import type { PeerWork } from "./growth.ts";

const bound = 65_536;
const bytesOf = (length: number, pattern: readonly number[]): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length] ?? 0);

/** Elements inside one another, as deep as the size allows. */
function nested(size: number): Uint8Array {
  let element: Uint8Array = new Uint8Array(0);
  while (element.length < size) element = writeSequence(element);
  return element;
}

function readAll(bytes: Uint8Array): void {
  const reader = DerReader.over(bytes);
  while (!reader.isDone) reader.readElement();
}

const der: readonly PeerWork[] = Object.entries({
  "elements of nothing": (size: number) => bytesOf(size - (size % 2), [0x05, 0x00]),
  "a sequence of them": (size: number) => writeSequence(bytesOf(size - (size % 2), [0x05, 0x00])),
  "sequences of sequences": (size: number) => bytesOf(size, [0x30, 0x80]),
  "one long integer": (size: number) => writeElement(0x02, bytesOf(size, [0x7f])),
}).flatMap(([shape, make]) =>
  Object.entries({ DerReader: readAll, parseCertificate, parseCrl, parseOcspResponse }).map(
    ([reader, read]) => ({
      what: `${reader}: ${shape}`,
      bound,
      prepare: (size: number) => {
        const bytes = make(size);
        return () => read(bytes);
      },
    }),
  ),
);

const deep: PeerWork = {
  what: "parseCertificate: sequences within one another",
  bound: 4_096,
  prepare: (size) => {
    const bytes = nested(size);
    return () => parseCertificate(bytes);
  },
};

export const structures: readonly PeerWork[] = [...der, deep];

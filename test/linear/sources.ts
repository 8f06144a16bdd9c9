/** Readers of CA files that stand in C source: strings, arrays and comments, whole and broken off. */
import { pemReaders, readBundle } from "../../src/bundle/index.ts";
import type { PeerWork } from "./growth.ts";

/** Twice what a browser's store takes as one C string, in the shapes that need the least bytes a piece. */
const bound = 131_072;
const encoder = new TextEncoder();

const filled = (opening: string, piece: string) => (size: number) =>
  opening + piece.repeat(Math.ceil(size / piece.length));

const shapes: Readonly<Record<string, (size: number) => string>> = {
  "one string after the other": filled("char a[] = ", '"a" '),
  "strings that are joined to one block": filled(
    'char a[] = "-----BEGIN CERTIFICATE-----\\n"\n',
    '"MIIM\\n"\n',
  ),
  "blocks in strings without line ends": filled(
    "char a[] = ",
    '"-----BEGIN CERTIFICATE-----" "MII" "-----END CERTIFICATE-----"\n',
  ),
  "a string that does not end": filled('char a[] = "', "\\"),
  "raw strings that do not end": filled("char a[] = ", 'R"x( '),
  "comments that do not end": filled("char a[] = {", "/* "),
  "slashes that begin no comment": filled("char a[] = {", "/ "),
  "arrays of nothing": filled("", "a[] = {}; "),
  "arrays that are not opened": filled("a[] = {};", "a[] "),
  "an array of commas": filled("a[] = {", ","),
  "arrays of small sequences": filled("", "a[] = {0x30,0};\n"),
  "names of BearSSL's anchors": filled("", "TA0_DN[] = {0x30,0};\n"),
  "a macro that goes on": filled('#define CA "-----BEGIN CERTIFICATE-----', "\\\n"),
};

export const sources: readonly PeerWork[] = Object.entries(shapes).map(([shape, make]) => ({
  what: `readBundle: ${shape}`,
  bound,
  prepare: (size) => {
    const bytes = encoder.encode(make(size));
    return () => readBundle(bytes);
  },
}));

const blocks: Readonly<Record<string, (size: number) => string>> = {
  "BEGIN alone": filled("", "-----BEGIN CERTIFICATE-----\n"),
  "END alone": filled("", "-----END CERTIFICATE-----\n"),
  "blocks of nothing": filled("", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
  "one long block": filled("-----BEGIN CERTIFICATE-----\n", "MIIM\n"),
  "one long line": filled("-----BEGIN CERTIFICATE-----\n", "MIIM"),
  "a block of blanks": filled("-----BEGIN CERTIFICATE-----\n", " "),
  "lines of nothing": filled("", "\n"),
};

/** What the libraries' own readers are followed in. */
export const libraryReaders: readonly PeerWork[] = Object.entries(pemReaders).flatMap(([library, read]) =>
  Object.entries(blocks).map(([shape, make]) => ({
    what: `PEM as ${library} reads it: ${shape}`,
    bound,
    prepare: (size: number) => {
      const bytes = encoder.encode(make(size));
      return () => read(bytes);
    },
  })),
);

/** Field values, URLs and text of a peer, at the bound of a line or of what is kept of them. */
import { canonicalHost, requireUrl, resolveLocation, shownUrl, sniffPeer } from "../../src/core/index.ts";
import {
  fieldsFrom,
  findDigestChallenge,
  parseChallenges,
  parseHttpDate,
  parseKeepAlive,
  parseLength,
  parseMediaType,
  parseRetryAfter,
  readerLimits,
  splitTokenList,
} from "../../src/http1/index.ts";
import { readCertificateFile } from "../../src/x509/index.ts";
import type { PeerWork } from "./growth.ts";

const bound = readerLimits.lineBytes.value - 100;

const base = requireUrl("https://localhost/a/b");

/** What of a value might be looked at again and again. */
const shapes: Readonly<Record<string, (size: number) => string>> = {
  blanks: (size) => `a${" ".repeat(size)}b`,
  commas: (size) => ",".repeat(size),
  elements: (size) => "ab, ".repeat(size / 4),
  parameters: (size) => `a/b${"; c=d".repeat(size / 5)}`,
  challenges: (size) => 'Basic realm="x", '.repeat(size / 17),
  "an open quote": (size) => `Basic realm="${String.raw`\a`.repeat(size / 2)}`,
  "open quotes": (size) => 'Basic a="'.repeat(size / 9),
  "equals signs": (size) => `Basic ${"=".repeat(size)} x`,
  "token68 and blanks": (size) => `Negotiate ${"a".repeat(size / 2)}${" ".repeat(size / 2)}x`,
  digits: (size) => "9".repeat(size),
  "a word without its value": (size) => "timeout ".repeat(size / 8),
  colons: (size) => ":".repeat(size),
  dots: (size) => "a.".repeat(size / 2),
  slashes: (size) => "/".repeat(size),
  "dot segments": (size) => "/..".repeat(size / 3),
  "at signs": (size) => `https://${"a@".repeat(size / 2)}`,
  brackets: (size) => `https://${"[".repeat(size)}`,
  percents: (size) => `https://a/${"%zz".repeat(size / 3)}`,
  "controls of a URL": (size) => `/${"\t".repeat(size)}`,
  "a host beyond ASCII": (size) => `//${"Ä°".repeat(size / 2)}`,
};

const readers: Readonly<Record<string, (value: string) => unknown>> = {
  "a list of tokens": splitTokenList,
  "a media type": parseMediaType,
  challenges: parseChallenges,
  "a digest's challenge": (value) => findDigestChallenge(parseChallenges(value), { isBodyKnown: true }),
  "a length": parseLength,
  "a date": (value) => parseHttpDate(value, 0),
  "Retry-After": (value) => parseRetryAfter(value, 0),
  "Keep-Alive": (value) => parseKeepAlive(fieldsFrom([["Keep-Alive", value]])),
  "a Location": (value) => resolveLocation(value, base),
  "a host": canonicalHost,
  "a URL that is shown": shownUrl,
  "what a peer speaks": (value) => sniffPeer(Buffer.from(value, "latin1")),
};

export const values: readonly PeerWork[] = Object.entries(readers).flatMap(([reader, read]) =>
  Object.entries(shapes).map(([shape, make]) => ({
    what: `${reader}: ${shape}`,
    bound,
    prepare: (size: number) => {
      const value = make(size);
      return () => read(value);
    },
  })),
);

const pemShapes: Readonly<Record<string, string>> = {
  boundaries: "-----BEGIN A-----\n",
  "boundaries of hyphens": "-----BEGIN a-a-a-a-a-a\n",
  "lines of blanks": "                              \n",
  "stray lines": "stray\n",
  headers: "A: b\n",
  "boundaries on one line": "-----END A----------BEGIN A-----",
  "escapes on one line": String.raw`MIIB\n" + "`,
  "quotes and blanks": '"          ',
  "carriage returns": "\r",
  percents: "-----BEGIN%20A-----%0A",
  base64: "MIIB",
};

export const pem: readonly PeerWork[] = Object.entries(pemShapes).flatMap(([shape, line]) =>
  ["", "-----BEGIN CERTIFICATE-----\n"].map((begin) => ({
    what: `a file of ${shape}${begin === "" ? "" : " in a block"}`,
    bound: 262_144,
    prepare: (size: number) => {
      const text = begin + line.repeat(size / line.length);
      const bytes = Buffer.from(text, "latin1");
      return () => readCertificateFile(bytes);
    },
  })),
);

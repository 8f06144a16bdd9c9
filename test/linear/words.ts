/** What a peer, or somebody who asks about one, says in words: shown, and looked up. */
import { HttpsError, showControls, showControlsInJson } from "../../src/core/index.ts";
import { findForeign } from "../../src/foreign/index.ts";
import { mg_url_host, mg_url_port, mg_url_uri } from "../../src/mongoose/seven/index.ts";
import { escapeControls } from "../../src/x509/index.ts";
import { readerLimits } from "../../src/http1/index.ts";
import type { PeerWork } from "./growth.ts";

const excerptBytes = 4_096;
const lineBytes = readerLimits.lineBytes.value - 100;
const nameBytes = 60_000;

const units = [
  "a",
  " ",
  "<",
  "<!--",
  '"',
  '{"error":"',
  '"message": ',
  "&a=b",
  "avast ",
  "squid",
  "Reference #",
  "incident ID:",
  "curl: (60) ",
  "-0x27",
  "\u202E",
] as const;

const readers: Readonly<Record<string, readonly [bound: number, read: (text: string) => unknown]>> = {
  "a name that is shown": [nameBytes, escapeControls],
  "a name in an error": [
    nameBytes,
    (host) => new HttpsError("dns-timeout", { host, limitMs: 1, asked: "resolver" }),
  ],
  "text for a terminal": [excerptBytes, showControls],
  "JSON for a terminal": [excerptBytes, (text) => showControlsInJson(JSON.stringify(text))],
  "another program's error": [excerptBytes, findForeign],
  "a URL, as Mongoose reads it": [
    lineBytes,
    (text) => [mg_url_host(text), mg_url_port(text), mg_url_uri(text)],
  ],
};

export const words: readonly PeerWork[] = Object.entries(readers).flatMap(([reader, [bound, read]]) =>
  units.map((unit) => ({
    what: `${reader}: ${JSON.stringify(unit)}`,
    bound,
    prepare: (size: number) => {
      const text = `x${unit.repeat(size / unit.length)}`;
      return () => read(text);
    },
  })),
);

/**
 * llhttp's own response vectors, with its verdicts. Where RFC 9112 and llhttp differ the RFC wins, and the ledger
 * says so: an unexpected difference, an unexpected agreement and an entry without a case all fail.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ResponseReader, type Tolerance } from "../../src/http1/index.ts";
import { Transcript, octets, readPieces } from "./transcript.ts";

const file = new URL("../../../shared/vectors/http1/llhttp-responses.json", import.meta.url);

interface Vector {
  readonly file: string;
  readonly title: string;
  readonly type: string;
  readonly input_base64: string;
  readonly statuses: readonly number[];
  readonly llhttp_error: string | null;
}

interface Difference {
  readonly id: string;
  /** What this reader says. */
  readonly ours: string;
  readonly reason: string;
}

const unlikely = "refused: framing or coding would be handed out as content (DEVIATION in framing.ts)";
const ledger: readonly Difference[] = [
  {
    id: "connection.md: HTTP/1.1 with keep-alive disabled, content-length (lenient)",
    ours: '1.1 200 length 5 | "2ad73" | closes response-close | unsolicited-bytes',
    reason: "RFC 9112 §9.2: bytes after the response are nobody's; there is no leniency for them",
  },
  {
    id: "connection.md: HTTP/1.1 with keep-alive disabled and 204 status (lenient)",
    ours: "1.1 204 none | closes response-close | unsolicited-bytes",
    reason: "RFC 9112 §9.2",
  },
  {
    id: "connection.md: HTTP 101 response with Upgrade and Content-Length header",
    ours: "unasked-upgrade",
    reason: "RFC 9110 §15.2.2: the request that the vector answers offered no protocol",
  },
  {
    id: "connection.md: HTTP 101 response with Upgrade and Transfer-Encoding header",
    ours: "unasked-upgrade",
    reason: "RFC 9110 §15.2.2",
  },
  {
    id: "content-length.md: Content-Length reset when no body is received",
    ours: String.raw`1.1 200 length 123 | "HTTP/1.1 200 OK\r\nContent-Length: 456\r\n"`,
    reason: "llhttp was told that there is no body; the answer to GET has the 123 bytes it announces",
  },
  {
    id: "invalid.md: Bare CR after response line (lenient)",
    ours: "status-line-malformed @16",
    reason: "RFC 9112 §2.2: a bare CR ends no line; there is no leniency for it",
  },
  {
    id: "lenient-version.md: Invalid HTTP version (lenient)",
    ours: "http-version-unsupported @8",
    reason: "RFC 9112 §2.3: there is no leniency for versions",
  },
  { id: "sample.md: RTSP response", ours: "not-http", reason: "RTSP is not HTTP" },
  { id: "sample.md: ICE response", ours: "not-http", reason: "ICE is not HTTP" },
  {
    id: "sample.md: HTTP version 0.9",
    ours: "http-version-unsupported @8",
    reason: "HTTP/0.9 has no status line",
  },
  {
    id: "transfer-encoding.md: `chunked` before other transfer-encoding",
    ours: "transfer-coding-refused",
    reason: unlikely,
  },
  {
    id: "transfer-encoding.md: multiple transfer-encoding where chunked is not the last one",
    ours: "transfer-coding-refused",
    reason: unlikely,
  },
  {
    id: "transfer-encoding.md: `chunkedchunked` transfer-encoding does not enable chunked enconding",
    ours: "transfer-coding-refused",
    reason: unlikely,
  },
  {
    id: "transfer-encoding.md: Invalid OBS fold after chunked value",
    ours: "transfer-coding-refused",
    reason: "RFC 9112 §5.2: the fold is a space, and `chunked abc` is not a coding",
  },
];

/** llhttp's leniencies that have a tolerance here. */
const tolerancesOf: Readonly<Record<string, readonly Tolerance[]>> = {
  "response-lenient-all": [
    "bare-lf-head",
    "space-before-colon",
    "ctl-in-value",
    "te-and-cl",
    "space-after-chunk-size",
  ],
  "response-lenient-optional-cr-before-lf": ["bare-lf-head"],
  "response-lenient-headers": ["ctl-in-value"],
};

/** Reads as a client does that has a further request ready as long as the connection may be used. */
function read(bytes: Uint8Array, allow: readonly Tolerance[]): { transcript: Transcript; inHead: boolean } {
  const reader = new ResponseReader({ allow });
  const transcript = new Transcript();
  reader.begin({ method: "GET" });
  for (let at = 0; at < bytes.length && transcript.failure === undefined && reader.phase !== "tunnel";) {
    if (reader.phase === "idle" && transcript.completion?.persistence.persists === true)
      reader.begin({ method: "GET" });
    at = reader.push(bytes, at, bytes.length, transcript);
  }
  return { transcript, inHead: reader.phase === "head" && reader.receivedBytes > 0 };
}

/** What a vector reads as. Its last line end was lost in extraction: a head that it leaves open gets it back. */
function readVector(vector: Vector): Transcript {
  const bytes = Buffer.from(vector.input_base64, "base64");
  const allow = tolerancesOf[vector.type] ?? [];
  const { transcript, inHead } = read(bytes, allow);
  return inHead ? read(Buffer.concat([bytes, octets("\r\n")]), allow).transcript : transcript;
}

/** Statuses read, and whether it ended in an error: what the vectors record of llhttp. */
function verdict(transcript: Transcript): { statuses: number[]; refused: boolean } {
  const statuses = transcript.events
    .flatMap((event) => /^(?:1\.\d )?(\d{3})\b/.exec(event)?.[1] ?? [])
    .map(Number);
  return { statuses, refused: transcript.failure !== undefined };
}

const vectors = existsSync(file)
  ? (JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Vector[] }).cases
  : [];
const identify = (vector: Vector): string => `${vector.file.replace(/^.*\//, "")}: ${vector.title}`;

describe.skipIf(vectors.length === 0)(
  "llhttp's response vectors (skipped where ../shared/vectors is absent)",
  () => {
    test.each(vectors.map((vector) => [identify(vector), vector] as const))("%s", (id, vector) => {
      const transcript = readVector(vector);
      const llhttp = { statuses: [...vector.statuses], refused: vector.llhttp_error !== null };
      const entry = ledger.find((difference) => difference.id === id);
      if (entry === undefined) expect(verdict(transcript)).toEqual(llhttp);
      else {
        expect(String(transcript)).toBe(entry.ours);
        expect(verdict(transcript)).not.toEqual(llhttp);
      }
    });

    test("each is read the same in any pieces, and so is each of its prefixes", () => {
      for (const vector of vectors) {
        const bytes = Buffer.from(vector.input_base64, "base64");
        const reading = {
          options: { allow: tolerancesOf[vector.type] ?? [] },
          exchanges: [{ method: "GET" }, { method: "GET" }],
        };
        for (let length = 0; length <= bytes.length; length += 1) {
          const prefix = bytes.subarray(0, length);
          const single = Array.from(prefix, (_, at) => at).slice(1);
          expect(String(readPieces(prefix, single, reading))).toBe(String(readPieces(prefix, [], reading)));
        }
      }
    });

    test("the ledger has no entry without a case", () => {
      const ids = new Set(vectors.map(identify));
      expect(ledger.filter(({ id }) => !ids.has(id))).toEqual([]);
    });
  },
);

/** HAR 1.2, as browsers and this client write it: its shape, and a file of it read, whoever wrote that. */
import { createHmac } from "node:crypto";
import { HttpsError, isRecord, nameKind } from "../../core/index.ts";
import type { Field } from "../../http1/index.ts";
import { parseBody, type BodyInput } from "../body/request-body.ts";

/** A recording as data (HAR 1.2). Names with `_` in front are this client's own. */
export interface Har {
  readonly log: {
    readonly version: string;
    readonly creator: { readonly name: string; readonly version: string };
    /** With it, requests are found by a digest where their URLs are masked. */
    readonly _salt?: string;
    readonly entries: readonly object[];
  };
}

/** One answer that can be given again. */
export interface Recorded {
  readonly method: string;
  /** As the recording has it; its query may be masked. */
  readonly url: string;
  /** Digest of the request, where the recording has one. */
  readonly match: string | undefined;
  /** What was sent, where the recording has it. */
  readonly sent: string | undefined;
  readonly startedDateTime: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Field[];
  /** `undefined` where the recording has not all of it. */
  readonly body: Uint8Array | undefined;
  /** Who vouched for the server then, in one sentence. */
  readonly headline: string | undefined;
}

export interface Recording {
  readonly salt: string | undefined;
  readonly entries: readonly Recorded[];
}

/** What tells requests apart, of which nothing can be read. */
export function digestOf(
  salt: string,
  {
    method,
    url,
    body,
  }: { readonly method: string; readonly url: string; readonly body: BodyInput | null | undefined },
): string {
  const sent = parseBody(body);
  const hash = createHmac("sha256", salt).update(`${method}\n${url}\n${sent.kind}\n`);
  return (sent.kind === "bytes" ? hash.update(sent.bytes) : hash).digest("hex");
}

/** @throws HttpsError `recording-malformed`, which says where */
export function readHar(given: unknown, source: string): Recording {
  const fail = (where: string, expected: string, value: unknown): never => {
    throw new HttpsError("recording-malformed", {
      source,
      where,
      reason: `${nameKind(value)} where ${expected} belongs`,
    });
  };
  const reader = new Reader(fail);
  const log = reader.record(reader.record(given, "the file")["log"], "log");
  const salt = log["_salt"] === undefined ? undefined : reader.text(log["_salt"], "log._salt");
  const entries = reader.list(log["entries"], "log.entries");
  return { salt, entries: entries.flatMap((entry, at) => readEntry(reader, entry, `log.entries[${at}]`)) };
}

type Fail = (where: string, expected: string, value: unknown) => never;

class Reader {
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  record(value: unknown, where: string): Readonly<Record<string, unknown>> {
    return isRecord(value) ? value : this.#fail(where, "an object", value);
  }

  list(value: unknown, where: string): readonly unknown[] {
    return Array.isArray(value) ? (value as readonly unknown[]) : this.#fail(where, "a list", value);
  }

  text(value: unknown, where: string): string {
    return typeof value === "string" ? value : this.#fail(where, "a text", value);
  }

  whole(value: unknown, where: string): number {
    return typeof value === "number" && Number.isInteger(value)
      ? value
      : this.#fail(where, "a whole number", value);
  }
}

/** Of one without a final answer (a failure, an upgrade) nothing can be given again. */
function readEntry(reader: Reader, given: unknown, where: string): readonly Recorded[] {
  const entry = reader.record(given, where);
  const request = reader.record(entry["request"], `${where}.request`);
  const response = reader.record(entry["response"], `${where}.response`);
  const status = reader.whole(response["status"], `${where}.response.status`);
  if (status < 200 || status > 999) return [];
  const trust = isRecord(entry["_trust"]) ? entry["_trust"] : {};
  const headline = trust["headline"];
  const match = entry["_match"];
  const sent = request["postData"];
  return [
    {
      method: reader.text(request["method"], `${where}.request.method`),
      url: reader.text(request["url"], `${where}.request.url`),
      match: match === undefined ? undefined : reader.text(match, `${where}._match`),
      sent: isRecord(sent) && typeof sent["text"] === "string" ? sent["text"] : undefined,
      startedDateTime: reader.text(entry["startedDateTime"], `${where}.startedDateTime`),
      status,
      statusText: typeof response["statusText"] === "string" ? response["statusText"] : "",
      headers: readHeaders(reader, response["headers"], `${where}.response.headers`),
      body: readBody(reader, response["content"], `${where}.response.content`),
      headline: typeof headline === "string" ? headline : undefined,
    },
  ];
}

/** What describes the body as it was on the wire: a recording has it as it is read. Pseudo-fields are HTTP/2's own. */
const ofTheWire: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

function readHeaders(reader: Reader, given: unknown, where: string): readonly Field[] {
  return reader.list(given, where).flatMap((item, at): readonly Field[] => {
    const field = reader.record(item, `${where}[${at}]`);
    const name = reader.text(field["name"], `${where}[${at}].name`);
    const value = reader.text(field["value"], `${where}[${at}].value`);
    if (name.startsWith(":") || ofTheWire.has(name.toLowerCase())) return [];
    // Chrome joins repeated lines by line feeds.
    return value.split("\n").map((line): Field => [name, line]);
  });
}

function readBody(reader: Reader, given: unknown, where: string): Uint8Array | undefined {
  const content = reader.record(given, where);
  const { text, encoding, size } = content;
  if (text === undefined) return size === 0 ? new Uint8Array(0) : undefined;
  return Buffer.from(reader.text(text, `${where}.text`), encoding === "base64" ? "base64" : "utf8");
}

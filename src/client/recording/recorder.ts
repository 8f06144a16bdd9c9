/**
 * Writes down what is asked and answered, as HAR 1.2: with who vouched for each server, and without credentials. A body is
 * there as it is read, content codings undone; it is kept as it is, whatever it says.
 */
import { randomUUID } from "node:crypto";
import {
  concatBytes,
  flag,
  HttpsError,
  listOf,
  readOptions,
  shownHref,
  text,
  wholeNumber,
  type Checks,
} from "../../core/index.ts";
import { decodeBody } from "../../coding/index.ts";
import { namesCredential, shownField } from "../../http1/index.ts";
import { version } from "../../manifest/index.ts";
import { clientLimits } from "../limits.ts";
import type { AskedRequest, Middleware } from "../middleware/exchange.ts";
import { placeOf } from "../middleware/run.ts";
import { parseBody } from "../body/request-body.ts";
import type { ReadonlyHeaders } from "../readonly-headers.ts";
import { contextOf, wireFields, type Response } from "../response.ts";
import { digestOf, type Har } from "./har.ts";

/** What a recorder writes down, and what it leaves out. */
export interface RecorderOptions {
  /** Write the queries of URLs and the bodies of requests, too. Default false: they may be credentials. */
  readonly keepRequests?: boolean;
  /** Fields that are secret beside the usual ones and the client's `secretHeaders`. */
  readonly secretHeaders?: readonly string[];
  /** The largest body that is written, in bytes. Default 1 MiB: of a larger one its size is written alone. */
  readonly maxBodyBytes?: number;
}

/** Writes down what goes through its middleware. */
export interface Recorder {
  /** For the option `middleware`; the outermost sees what the caller sees. */
  readonly middleware: Middleware;
  /** What was recorded so far (HAR 1.2); a body that is still coming, or being unpacked, is not in it: `save()` waits for that. */
  toJSON(): Har;
  /** Writes it into a file that only its owner can read; bodies that have come are waited for. */
  save(file: string | URL): Promise<void>;
}

const checks: Checks<RecorderOptions> = {
  keepRequests: flag,
  secretHeaders: listOf(text),
  maxBodyBytes: wholeNumber(0),
};

interface Content {
  size: number;
  readonly mimeType: string;
  text?: string;
  encoding?: "base64";
  comment?: string;
}

/**
 * Makes a recorder of what a client asks, and of the answers.
 * @throws HttpsError `option-unknown`, `option-invalid`
 *
 * @example
 * const recorder = openRecorder();
 * await using client = new Client({ middleware: [recorder.middleware] });
 * await (await client.get("https://example.com/")).text();
 * await recorder.save("example.har");
 */
export function openRecorder(options: RecorderOptions = {}): Recorder {
  const said = readOptions(options, checks);
  const salt = randomUUID();
  const entries: object[] = [];
  const pending = new Set<Promise<void>>();
  let roomBytes = clientLimits.recordingBytes.value;
  const note = (entry: object): void => {
    entries.push(entry);
    if (entries.length > clientLimits.recordedEntries.value) entries.shift();
  };
  const record: Middleware = async (exchange, next) => {
    const { request } = exchange;
    const startedDateTime = new Date().toISOString();
    const startedAt = performance.now();
    const place = placeOf(exchange);
    const secrets = [
      ...(said.secretHeaders ?? []),
      // Of an object that is only like an exchange nobody knows which of its fields are secret.
      ...(place === undefined ? [...request.headers.keys()] : (place.settings.options.secretHeaders ?? [])),
    ];
    try {
      const response = await next();
      const content: Content = {
        size: 0,
        mimeType: response.headers.get("content-type") ?? "",
        comment: "not read to its end",
      };
      note(entryOf({ request, response, startedDateTime, salt, said, secrets, content }));
      const most = Math.min(said.maxBodyBytes ?? clientLimits.recordedBodyBytes.value, roomBytes);
      listen(response, content, most, (work) => {
        const held = work.finally(() => {
          roomBytes = Math.max(0, roomBytes - content.size);
          pending.delete(held);
        });
        pending.add(held);
      });
      return response;
    } catch (error) {
      note(failedEntry({ request, startedDateTime, startedAt, said, secrets, error }));
      throw error;
    }
  };
  const toJSON = (): Har => ({
    log: { version: "1.2", creator: { name: "meerkat", version }, _salt: salt, entries: [...entries] },
  });
  return {
    middleware: record,
    toJSON,
    save: async (file) => {
      await Promise.all(pending);
      const { writeFile } = await import("node:fs/promises");
      await writeFile(file, JSON.stringify(toJSON(), undefined, 2), { mode: 0o600 });
    },
  };
}

interface Said {
  readonly keepRequests?: boolean | undefined;
  readonly secretHeaders?: readonly string[] | undefined;
}

/** Of a request that no answer came to. */
function failedEntry({
  request,
  startedDateTime,
  startedAt,
  said,
  secrets,
  error,
}: {
  readonly request: AskedRequest;
  readonly startedDateTime: string;
  readonly startedAt: number;
  readonly said: Said;
  readonly secrets: readonly string[];
  readonly error: unknown;
}): object {
  return {
    startedDateTime,
    time: performance.now() - startedAt,
    request: requestOf({ request, httpVersion: "", said, secrets }),
    response: noResponse,
    cache: {},
    timings: { send: -1, wait: -1, receive: -1 },
    _error: error instanceof HttpsError ? error.code : undefined,
  };
}

const noResponse = {
  status: 0,
  statusText: "",
  httpVersion: "",
  cookies: [],
  headers: [],
  content: { size: 0, mimeType: "" },
  redirectURL: "",
  headersSize: -1,
  bodySize: -1,
};

function entryOf({
  request,
  response,
  startedDateTime,
  salt,
  said,
  secrets,
  content,
}: {
  readonly request: AskedRequest;
  readonly response: Response;
  readonly startedDateTime: string;
  readonly salt: string;
  readonly said: Said;
  readonly secrets: readonly string[];
  readonly content: Content;
}): object {
  const httpVersion = `HTTP/${response.httpVersion}`;
  const { trust, connection } = response;
  return {
    startedDateTime,
    get time() {
      return Math.max(0, response.timings.totalMs);
    },
    request: requestOf({ request, httpVersion, said, secrets }),
    response: {
      status: response.status,
      statusText: response.reason,
      httpVersion,
      cookies: [],
      headers: [...wireFields(response)].map(([name, value]) => ({
        name,
        value:
          said.keepRequests === true &&
          !secrets.some((secret) => isSame(secret, name)) &&
          /location$/i.test(name)
            ? value
            : shownField(name, value, secrets),
      })),
      content,
      redirectURL: "",
      headersSize: -1,
      get bodySize() {
        return response.receivedBytes;
      },
    },
    cache: {},
    get timings() {
      return timingsOf(response);
    },
    ...(connection.remoteAddress === "" ? {} : { serverIPAddress: connection.remoteAddress }),
    connection: String(connection.id),
    _trust: { ...trust.toJSON(), headline: trust.headline() },
    _match: digestOf(salt, request),
  };
}

function requestOf({
  request: { method, url, headers, body },
  httpVersion,
  said: { keepRequests },
  secrets,
}: {
  readonly request: AskedRequest;
  readonly httpVersion: string;
  readonly said: Said;
  readonly secrets: readonly string[];
}): object {
  const sent = parseBody(body);
  const postData =
    sent.kind === "none" || keepRequests !== true
      ? undefined
      : {
          mimeType: headers.get("content-type") ?? "",
          text: sent.kind === "bytes" ? Buffer.from(sent.bytes).toString() : "",
          ...(sent.kind === "stream" ? { comment: "a stream, which is not recorded" } : {}),
        };
  return {
    method,
    url: keepRequests === true ? url : shownHref(url),
    httpVersion,
    cookies: [],
    headers: fieldsOf(headers, secrets),
    queryString:
      keepRequests === true ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : [],
    headersSize: -1,
    bodySize: sent.kind === "bytes" ? sent.bytes.length : sent.kind === "none" ? 0 : -1,
    ...(postData === undefined ? {} : { postData }),
  };
}

function fieldsOf(headers: ReadonlyHeaders, secrets: readonly string[]): readonly object[] {
  return [...headers.lines()].map(([name, value]) => {
    const shown = shownField(name, value, secrets);
    return { name, value: shown === value && namesCredential(name) ? "***" : shown };
  });
}

function isSame(one: string, another: string): boolean {
  return one.toLowerCase() === another.toLowerCase();
}

/** HAR counts the handshake into the connection. */
function timingsOf(response: Response): object {
  const { waitMs, dnsMs, tcpMs, proxyMs, tlsMs, requestMs, firstByteMs, downloadMs } = response.timings;
  const opening = dnsMs + tcpMs + proxyMs + tlsMs;
  return {
    blocked: Math.max(0, waitMs - opening),
    dns: dnsMs,
    connect: tcpMs + proxyMs + tlsMs,
    ssl: tlsMs,
    send: requestMs,
    wait: firstByteMs,
    receive: Math.max(0, downloadMs),
  };
}

/** Puts the body into its place once it has come; what is to be done then is given to `hold`. */
function listen(
  response: Response,
  content: Content,
  maxBytes: number,
  hold: (work: Promise<void>) => void,
): void {
  const { body, call } = contextOf(response);
  if (response.bodyUsed) return;
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  body.overhear({
    onContent: (part) => {
      bytes += part.length;
      content.size = bytes;
      if (bytes <= maxBytes) chunks.push(part.slice());
      else chunks = [];
    },
    onEnd: (error) => {
      const raw = chunks;
      chunks = [];
      if (error !== undefined || call.completion === undefined) return;
      if (bytes > maxBytes)
        content.comment = `larger than ${maxBytes} bytes, which is the most that is recorded`;
      else {
        content.comment = "being unpacked: save() waits for that";
        hold(putBody(response, content, { raw, maxBytes }));
      }
    },
  });
}

async function putBody(
  response: Response,
  content: Content,
  { raw, maxBytes }: { readonly raw: readonly Uint8Array[]; readonly maxBytes: number },
): Promise<void> {
  const { options } = contextOf(response);
  const fields = wireFields(response);
  try {
    let whole = concatBytes(raw);
    if (fields.has("content-encoding") && options.decompress !== false) {
      const decoded: Uint8Array[] = [];
      const encoded = (async function* () {
        yield whole;
      })();
      for await (const chunk of decodeBody({ fields, encoded, maxBytes, maxRatio: options.maxDecodedRatio }))
        decoded.push(chunk);
      whole = concatBytes(decoded);
    }
    delete content.comment;
    content.size = whole.length;
    Object.assign(content, asText(whole));
  } catch (error) {
    content.comment = `it could not be unpacked: ${error instanceof HttpsError ? error.code : "unknown"}`;
  }
}

function asText(bytes: Uint8Array): { readonly text: string; readonly encoding?: "base64" } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { text: Buffer.from(bytes).toString("base64"), encoding: "base64" };
  }
}

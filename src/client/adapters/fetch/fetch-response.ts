/**
 * The platform's Response, with what its constructor has no word for: the URL, any status, the type, headers that nobody
 * can change. A body that is asked for as a whole does without a stream, which costs more than all else of a fetch; any
 * other way to it makes one of the platform's own Responses of it, and that one does the rest.
 */
import { bare, showAs, shownHref } from "../../../core/index.ts";
import { shownFields } from "../../../http1/index.ts";
import { rememberTrust, trustOf } from "../../trust-of.ts";

/** What the platform's Response is asked for. */
export interface Facts {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly type: ResponseType;
  readonly fields: Iterable<readonly [string, string]>;
  /** The fields as a console is shown them, where the client knows more secrets than the usual ones. */
  readonly masked?: () => object;
}

/** A body that is read once. */
export interface OnceBody {
  bytes(): Promise<Uint8Array>;
  stream(): ReadableStream<Uint8Array>;
}

type Platform = globalThis.Response;
/** A body to come, one of the platform's Responses that holds it, or none. */
export type Body = OnceBody | Platform | undefined;

export function fetchResponse(facts: Facts, body: Body): Platform {
  link();
  return new FetchResponse(facts, body) as Platform;
}

type Reading = "arrayBuffer" | "blob" | "bytes" | "formData" | "json" | "text";

const utf8 = new TextDecoder();

/** What a console is told. */
let shownOf: (response: FetchResponse) => object;

/** A Response of the platform's by its prototype, which is laid under it when the first is made. */
class FetchResponse {
  readonly #facts: Facts;
  readonly #body: OnceBody | undefined;
  #headers: Headers | undefined;
  /** One of the platform's, which has the body in its keeping. */
  #keeper: Platform | undefined;
  #isTaken = false;

  static {
    shownOf = (response: FetchResponse): object => {
      const { status, statusText, url, redirected, type, fields, masked } = response.#facts;
      const { ok, bodyUsed } = response;
      const headers = masked?.() ?? shownFields(fields);
      const shownUrl = url === "" ? "" : shownHref(url);
      return { status, statusText, headers, bodyUsed, ok, redirected, type, url: shownUrl };
    };
  }

  constructor(facts: Facts, body: Body) {
    this.#facts = facts;
    if (body instanceof Response) this.#keeper = body;
    else this.#body = body;
  }

  get status(): number {
    return this.#facts.status;
  }

  get statusText(): string {
    return this.#facts.statusText;
  }

  get ok(): boolean {
    return this.#facts.status >= 200 && this.#facts.status <= 299;
  }

  get url(): string {
    return this.#facts.url;
  }

  get redirected(): boolean {
    return this.#facts.redirected;
  }

  get type(): ResponseType {
    return this.#facts.type;
  }

  get headers(): Headers {
    return (this.#headers ??= immutableHeaders(this.#facts.fields));
  }

  get body(): Platform["body"] {
    return this.#kept()?.body ?? null;
  }

  get bodyUsed(): boolean {
    return this.#keeper?.bodyUsed ?? this.#isTaken;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#read("arrayBuffer", (bytes) => ownBuffer(bytes).buffer);
  }

  blob(): Promise<Blob> {
    return this.#read("blob", (bytes) => this.#keep(ownBuffer(bytes)).blob());
  }

  bytes(): Promise<Uint8Array> {
    return this.#read("bytes", ownBuffer);
  }

  formData(): Promise<FormData> {
    return this.#read("formData", (bytes) => this.#keep(ownBuffer(bytes)).formData());
  }

  json(): Promise<unknown> {
    return this.#read("json", (bytes) => JSON.parse(utf8.decode(bytes)) as unknown);
  }

  text(): Promise<string> {
    return this.#read("text", (bytes) => utf8.decode(bytes));
  }

  clone(): Platform {
    const copy = fetchResponse(this.#facts, this.#kept()?.clone());
    const trust = trustOf(this);
    if (trust !== undefined) rememberTrust(copy, trust);
    return copy;
  }

  #read<T>(reading: Reading, convert: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
    const body = this.#body;
    if (body === undefined || this.#keeper !== undefined)
      return readPlatform(reading, this.#keeper ?? new Response(null)) as Promise<T>;
    if (this.#isTaken) return Promise.reject(new TypeError("Body is unusable: Body has already been read"));
    this.#isTaken = true;
    return body.bytes().then(convert);
  }

  /** The platform's Response that has the body from now on; `undefined` where there is none. */
  #kept(): Platform | undefined {
    if (this.#keeper !== undefined || this.#body === undefined) return this.#keeper;
    this.#keeper = this.#keep(this.#isTaken ? new ReadableStream() : this.#body.stream());
    // Its stream is one that somebody has read.
    if (this.#isTaken) void this.#keeper.body?.cancel();
    return this.#keeper;
  }

  /** The type of a blob, and the form of a form, are in the fields. */
  #keep(body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>): Platform {
    return new Response(body, { headers: this.headers });
  }
}

// As the client's own is shown: the platform would show cookies and queries, and none of what is the body's.
showAs(FetchResponse.prototype, "Response", (response) => shownOf(response));

type Make = new () => Headers;
let Immutable: Make | undefined;

/** Not before it is needed: the platform's own classes take longer to load than all of the client. */
function link(): Make {
  if (Immutable !== undefined) return Immutable;
  Object.setPrototypeOf(FetchResponse.prototype, Response.prototype);
  Object.defineProperty(FetchResponse, "name", { value: "Response" });
  const refuse = {
    value: (): never => {
      throw new TypeError("immutable");
    },
  };
  const made = function (): void {};
  // Fetch §5.1: the guard "immutable".
  const changes = bare({ append: bare(refuse), delete: bare(refuse), set: bare(refuse) });
  made.prototype = Object.create(Headers.prototype, changes);
  Immutable = made as unknown as Make;
  return Immutable;
}

function immutableHeaders(fields: Facts["fields"]): Headers {
  return Reflect.construct(Headers, [[...fields]], link()) as Headers;
}

/** Node has `bytes` since 22.3. */
function readPlatform(reading: Reading, platform: Platform): Promise<unknown> {
  const held = platform as Platform & Partial<Record<"bytes", () => Promise<Uint8Array>>>;
  if (reading === "bytes" && held.bytes === undefined)
    return platform.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  return (held as Record<Reading, () => Promise<unknown>>)[reading]();
}

/** The bytes in a buffer of their own, which is given away. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer.byteLength === bytes.byteLength ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

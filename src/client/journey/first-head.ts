/**
 * The fields a request begins with, and the head they make. Requests to one target that bring neither fields nor a
 * body of their own begin alike, so what was made for one of them serves the next.
 */
import { acceptedCodings } from "../../coding/index.ts";
import type { Target } from "../../core/index.ts";
import { writeRequestHead } from "../../http1/index.ts";
import { firstAuthorization } from "../options/authentication.ts";
import type { FieldsInput } from "../options/options.ts";
import { isContinued } from "../options/resume-options.ts";
import type { RequestBody } from "../body/request-body.ts";
import {
  listFieldsFor,
  putField,
  putFields,
  type FieldTable,
  type ReadonlyFieldTable,
} from "./request-fields.ts";
import type { Settings } from "../options/settings.ts";
import { version } from "../../manifest/index.ts";

/** A head as it goes out in origin-form. */
export interface WrittenHead {
  readonly text: string;
  /** The same as octets, where it is sent more than once: Node would make them anew for each request. */
  readonly octets: Buffer | undefined;
  /** Whether it asks for the connection to be closed. */
  readonly closes: boolean;
}

/** The head of requests that have nothing of their own, or no more than what an adapter puts into each. */
export interface PlainHead extends WrittenHead {
  readonly settings: Settings;
  readonly method: string;
  readonly fields: ReadonlyFieldTable;
  /** What the adapter put in. */
  readonly given: FieldsInput | undefined;
}

/** What a request brings of its own. */
export interface FirstParts {
  readonly method: string;
  readonly body: RequestBody | undefined;
  readonly given: FieldsInput | undefined;
}

/** Who is asking, where nobody says otherwise (RFC 9110 §10.1.5). */
export const defaultUserAgent: string = `meerkat/${version}`;

/** What a client puts into every request, and the heads it has made of that. */
export class FirstHeads {
  readonly #clientFields: ReadonlyFieldTable;
  /** The last one of each target: programs ask for the same again. */
  readonly #plain = new WeakMap<Target, PlainHead>();

  constructor(clientFields: FieldsInput | undefined) {
    this.#clientFields = putFields(new Map(), clientFields);
  }

  /** The head of a request without fields or a body of its own. @throws HttpsError `request-field-invalid` */
  plainHead(
    target: Target,
    settings: Settings,
    { method, given }: { readonly method: string; readonly given: FieldsInput | undefined },
  ): PlainHead {
    const known = this.#plain.get(target);
    if (known?.method === method && known.settings === settings && known.given === given) return known;
    const fields = this.firstFields(target, settings, { method, body: undefined, given });
    const text = writeRequestHead({
      method,
      target: target.path,
      fields: listFieldsFor(target, fields),
      content: { kind: "none" },
      secretNames: settings.options.secretHeaders,
    });
    const octets = Buffer.from(text, "latin1");
    const head = { text, octets, closes: asksToClose(fields), settings, method, fields, given };
    this.#plain.set(target, head);
    return head;
  }

  firstFields(target: Target, { options }: Settings, { method, body, given }: FirstParts): FieldTable {
    const table: FieldTable = new Map();
    putField(table, "Host", target.authority);
    const { userAgent = defaultUserAgent } = options;
    if (userAgent !== null) putField(table, "User-Agent", userAgent);
    putField(table, "Accept", "*/*");
    if (options.decompress !== false) putField(table, "Accept-Encoding", acceptedCodings);
    if (body !== undefined && body.kind !== "none" && body.contentType !== undefined)
      putField(table, "Content-Type", body.contentType);
    const authorization = firstAuthorization(options.authentication);
    if (authorization !== undefined) putField(table, "Authorization", authorization);
    const offered = table.get("accept-encoding");
    for (const [name, lines] of this.#clientFields) table.set(name, lines);
    putFields(table, given);
    // Fetch, HTTP-network-or-cache fetch: a part of what was encoded could not be decoded.
    const asksForParts = table.has("range") || (method === "GET" && isContinued(options.resume));
    if (asksForParts && table.get("accept-encoding") === offered)
      putField(table, "Accept-Encoding", "identity");
    return table;
  }
}

/** RFC 9112 §9.6. */
export function asksToClose(fields: ReadonlyFieldTable): boolean {
  return fields.get("connection")?.some(([, value]) => /\bclose\b/i.test(value)) ?? false;
}

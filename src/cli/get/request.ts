/** From what was typed to what is asked: method, URL, fields and body. */
import type { BodyInput } from "../../client/index.ts";
import { acceptedCodings } from "../../coding/index.ts";
import { HttpsError, requireUrl } from "../../core/index.ts";
import { CommandError } from "../frame/failure.ts";
import { addAbortSignal } from "node:stream";
import type { GetFlags } from "./flags/table.ts";
import type { Given } from "./line/read-words.ts";
import { dataItems, filesOfData, joinData, urlencode, type Streams } from "./send/data.ts";
import { filesOfForm, formItems } from "./send/form-items.ts";
import { fieldValue, hasField, parseFields, readFieldLines, type FieldLines } from "./send/fields.ts";
import { openUpload, withFileName } from "./send/upload.ts";
import type { Resumption } from "./resume.ts";
import { pathOf } from "./send/path.ts";

/** The request itself. */
export interface Asked {
  readonly url: string;
  /** What is sent in place of the URL's path and query, where that is not their normal form. */
  readonly path: string | undefined;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[] | null>>;
  readonly body: BodyInput | undefined;
}

/** What stands between two `--next`, read. */
export interface Typed {
  readonly flags: GetFlags;
  readonly given: readonly Given[];
}

/** What the flags say of every URL among them. */
export interface Common {
  readonly headers: FieldLines;
  /** Of a URL that no file belongs to. */
  readonly method: string;
  readonly body: BodyInput | undefined;
  /** What goes into the query, behind what is there. */
  readonly query: readonly string[];
  /** What is not sent of it. */
  readonly complaints: readonly string[];
}

/** What is known of one URL alone. */
export interface Own {
  readonly url: string;
  readonly upload: string | undefined;
  readonly resumption: Resumption | undefined;
}

/** Reads what is to be sent, once for all URLs. */
export async function readCommon({ flags, given }: Typed, streams: Streams): Promise<Common> {
  const data = dataItems(given);
  const parts = formItems(given);
  refuseSeveralBodies(flags, { data: data.length > 0, form: parts.length > 0 });
  const { fields: headers, complaints } = parseFields(await readFieldLines(flags.header ?? [], streams));
  const preset = presetIn(headers);
  const query: string[] = [];
  for (const one of flags.urlQuery ?? [])
    query.push(one.startsWith("+") ? one.slice(1) : await urlencode(one, streams));
  let body: BodyInput | undefined = await joinData(data, streams);
  const isJson = data.some(({ name }) => name === "json");
  if (isJson) {
    preset("Content-Type", "application/json");
    preset("Accept", "application/json");
  }
  if (flags.get === true) {
    if (body !== undefined) query.push(Buffer.from(body as Uint8Array).toString());
    body = undefined;
  } else if (body !== undefined && !isJson) {
    // curl(1), --data: the content type of a form, unless it is said otherwise.
    preset("Content-Type", "application/x-www-form-urlencoded");
  }
  if (parts.length > 0) {
    const form = await (await import("./send/form.ts")).buildForm(parts, streams);
    setFormType(headers, form.boundary);
    ({ body } = form);
  }
  // curl asks for no coding by itself, for a part of something neither.
  if (flags.compressed !== true && !hasField(headers, "Accept-Encoding")) headers["Accept-Encoding"] = null;
  if (flags.compressed === true) leaveOutUnknownCodings(headers);
  preset("Range", flags.range === undefined ? undefined : `bytes=${flags.range}`);
  preset("Referer", flags.referer?.replace(/;auto$/, "") || undefined);
  const hasBody = data.length > 0 || parts.length > 0;
  return { headers, method: flags.request ?? defaultMethod(flags, hasBody), body, query, complaints };
}

/** The request for one URL. */
export async function askFor(own: Own, common: Common, flags: GetFlags, streams: Streams): Promise<Asked> {
  const { upload, resumption } = own;
  const headers = { ...common.headers };
  const preset = presetIn(headers);
  const { offset = 0 } = resumption ?? {};
  preset("Range", offset > 0 ? `bytes=${offset}-` : undefined);
  // The next part need not be encoded in the same way.
  if (resumption !== undefined && flags.compressed === true) preset("Accept-Encoding", "identity");
  const url = withQuery(withFileName(own.url, upload), common.query);
  let { body } = common;
  if (upload === "-" || upload === ".")
    body = addAbortSignal(streams.signal, streams.stdin) as AsyncIterable<Uint8Array>;
  else if (upload !== undefined) body = await openUpload(upload, streams.signal);
  if (body !== undefined && /^chunked$/i.test(fieldValue(headers, "Transfer-Encoding") ?? ""))
    body = inChunks(body);
  return { url, path: pathOf(url, flags), method: methodFor(own.upload, common, flags), headers, body };
}

/** curl(1), --upload-file: a file belongs to one URL; those behind the last file are asked as ever. */
export function methodFor(
  upload: string | undefined,
  { method }: Pick<Common, "method">,
  { request }: GetFlags,
): string {
  return upload === undefined || request !== undefined ? method : "PUT";
}

/** The files that a body is read from, as they were named. */
export function filesOfBody({ flags, given }: Typed): readonly string[] {
  return [...filesOfData(dataItems(given)), ...filesOfForm(formItems(given)), ...(flags.uploadFile ?? [])];
}

/** What -H says comes before what other flags say. */
function presetIn(headers: FieldLines): (name: string, value: string | undefined) => void {
  return (name, value) => {
    if (value !== undefined && !hasField(headers, name)) headers[name] = [value];
  };
}

/** Of what -H asks for with --compressed, what can be undone here: a browser's list may have more, and a server choose that. */
function leaveOutUnknownCodings(headers: FieldLines): void {
  const known = ["identity", "*", "x-gzip", ...acceptedCodings.split(", ")];
  for (const [name, lines] of Object.entries(headers)) {
    if (name.toLowerCase() !== "accept-encoding" || lines === null) continue;
    const isKnown = (coding: string): boolean =>
      known.includes(coding.replace(/;.*/, "").trim().toLowerCase());
    headers[name] = lines.map((line) => line.split(",").filter(isKnown).join(",").trim());
  }
}

/** curl puts its boundary behind a type that has been given without one. */
function setFormType(headers: FieldLines, boundary: string): void {
  const [name = "Content-Type", lines] =
    Object.entries(headers).find(([given]) => given.toLowerCase() === "content-type") ?? [];
  const type = lines?.[0] ?? "multipart/form-data";
  const isForm = /^multipart\//i.test(type) && !/;\s*boundary=/i.test(type);
  headers[name] = [isForm ? `${type}; boundary=${boundary}` : type];
}

/** A body whose length is not told. */
async function* inChunks(body: BodyInput): AsyncGenerator<Uint8Array> {
  if (body instanceof Blob) yield* body.stream();
  else if (body instanceof Uint8Array) {
    if (body.length > 0) yield body;
  } else yield* body as AsyncIterable<Uint8Array>;
}

function refuseSeveralBodies(
  { uploadFile, get, head }: GetFlags,
  { data, form }: { readonly data: boolean; readonly form: boolean },
): void {
  const count = [data, form, uploadFile !== undefined].filter(Boolean).length;
  if (count > 1)
    throw new CommandError(
      "A request has one body: --data, --form and --upload-file cannot stand together.",
      {
        hint: "Leave all but one of them out.",
      },
    );
  if (get === true && (form || uploadFile !== undefined))
    throw new CommandError(
      "-G puts the data of -d into the URL; --form and --upload-file have no place there.",
      {
        hint: "Leave -G out, or give the data with -d.",
      },
    );
  if (head === true && get !== true && count > 0)
    throw new CommandError("-I asks for the head of an answer alone, and -d, -F and -T send a body.", {
      hint: "Leave one of them out; with -G the data goes into the URL.",
    });
}

function defaultMethod({ head, get }: GetFlags, hasBody: boolean): string {
  if (head === true) return "HEAD";
  if (get === true) return "GET";
  return hasBody ? "POST" : "GET";
}

/** curl(1), --get: the data behind a "?", or behind an "&" where there is a query. */
function withQuery(url: string, query: readonly string[]): string {
  // As curl 7.88 writes them; to a server they are the same in capitals (RFC 3986 §6.2.2.1).
  const added = query.join("&").replaceAll(/%[\dA-F]{2}/g, (octet) => octet.toLowerCase());
  if (added === "") return url;
  const [whole = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(url)?.slice(1) ?? [];
  const sign = !whole.includes("?") ? "?" : /[?&]$/.test(whole) ? "" : "&";
  return `${whole}${sign}${added}${fragment}`;
}

/** The URL as the client takes it, and what stood before its host. @throws HttpsError of stage `url` */
export function takeLogin(url: string): { readonly url: string; readonly login: string | undefined } {
  const [, scheme = "", login, rest = ""] = /^(https?:\/\/)([^/?#\\]*)@([^@]*)$/is.exec(url) ?? [];
  if (login === undefined || !URL.canParse(url)) return { url, login: undefined };
  const { username, password } = new URL(url);
  try {
    return {
      url: `${scheme}${rest}`,
      login: `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
    };
  } catch {
    const host = requireUrl(`${scheme}${rest}`).authority;
    throw new HttpsError("url-credentials", { host });
  }
}

/** Answers to URLs that name no server: Fetch §4.3, scheme fetch. */
import { resolveObjectURL } from "node:buffer";
import { HttpsError, shownUrl } from "../../../core/index.ts";
import { readDataUrl } from "./data-url.ts";

export interface LocalAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer> | Blob;
}

interface LocalRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers | undefined;
}

const schemes: ReadonlySet<string> = new Set(["data:", "blob:", "about:", "file:"]);

/** Whether a URL of this kind is answered here. */
export function isLocal(url: string): boolean {
  return schemes.has(url.slice(0, url.indexOf(":") + 1));
}

/** @throws HttpsError `local-url-failed` */
export function answerLocally(request: LocalRequest): LocalAnswer {
  const url = withoutFragment(request.url);
  switch (url.slice(0, url.indexOf(":"))) {
    case "data":
      return answerData(url);
    case "blob":
      return answerBlob(url, request);
    case "about":
      throw failure(url, "about: has no page for a program");
    default:
      throw failure(url, "no file is read; use node:fs");
  }
}

/** Fetch §4.3: a response's URL has no fragment. */
export function withoutFragment(url: string): string {
  const at = url.indexOf("#");
  return at === -1 ? url : url.slice(0, at);
}

function failure(url: string, reason: string): HttpsError {
  return new HttpsError("local-url-failed", { url: shownUrl(url), reason });
}

function answerData(url: string): LocalAnswer {
  const data = readDataUrl(url);
  if (data === undefined) throw failure(url, "it is not in the form of a data: URL");
  return { status: 200, statusText: "OK", headers: [["content-type", data.type]], body: data.bytes };
}

function answerBlob(url: string, { method, headers }: LocalRequest): LocalAnswer {
  if (method !== "GET") throw failure(url, `a blob is asked for by GET, not by ${method}`);
  const blob = /[?]/.test(url) ? undefined : resolveObjectURL(url);
  if (blob === undefined) throw failure(url, "it names no blob of this thread, or no longer");
  const range = headers?.get("range") ?? undefined;
  const whole: LocalAnswer = {
    status: 200,
    statusText: "OK",
    headers: describe(blob, blob.type),
    body: blob as Blob,
  };
  if (range === undefined) return whole;
  const part = readRange(range, blob.size);
  if (part === undefined) throw failure(url, "the Range asked for is not in it");
  const slice = blob.slice(part.start, part.end + 1, blob.type) as Blob;
  const span = `bytes ${part.start}-${part.end}/${blob.size}`;
  return {
    status: 206,
    statusText: "Partial Content",
    headers: [...describe(slice, blob.type), ["content-range", span]],
    body: slice,
  };
}

function describe({ size }: { readonly size: number }, type: string): LocalAnswer["headers"] {
  return [
    ["content-length", String(size)],
    ["content-type", type],
  ];
}

/** Fetch §2.2.2, parse a single range header value, laid upon so many bytes; the last byte counts. */
function readRange(
  value: string,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, first = "", last = ""] = /^bytes[\t ]*=[\t ]*(\d*)[\t ]*-[\t ]*(\d*)$/.exec(value) ?? [];
  if (first === "") {
    if (last === "") return undefined;
    return { start: Math.max(0, size - Number(last)), end: size - 1 };
  }
  const start = Number(first);
  if (start >= size || (last !== "" && start > Number(last))) return undefined;
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/**
 * The request as the library frames it (mg_http.c): Host and Content-Length, credentials of the URL, then the
 * caller's lines, and nothing that was not asked for: no User-Agent, no Accept. The caller's lines are read and
 * written anew, because verbatim they could end the head, or begin a second request.
 */
import { HttpsError, notShown } from "../../core/index.ts";
import { writeFieldLine } from "../../http1/index.ts";
import type { Destination } from "../shared/address.ts";

/** Fields that say where a request ends or whom it is for: there is one of each, and it is written here. */
const ownFields: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding"]);

/** @throws HttpsError `request-field-invalid` */
export function writeRequest(
  destination: Destination,
  extraHeaders: string | null | undefined,
  body: Uint8Array,
): string {
  const { path, authority } = destination;
  return [
    `${body.length === 0 ? "GET" : "POST"} ${path} HTTP/1.1\r\n`,
    `Host: ${authority}\r\n`,
    `Content-Length: ${body.length}\r\n`,
    writeCredentials(destination),
    writeExtra(extraHeaders, ownFields),
    "\r\n",
  ].join("");
}

/** The field that carries a URL's `user:password`; nothing where there is none. RFC 7617 §2. */
export function writeCredentials({ credentials }: Destination): string {
  if (credentials === undefined) return "";
  return writeFieldLine("Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
}

/** The caller's lines, each `Name: value` and CRLF; those that are `taken` are written by the library. */
export function writeExtra(lines: string | null | undefined, taken: ReadonlySet<string>): string {
  if (lines === null || lines === undefined || lines === "") return "";
  if (!lines.endsWith("\r\n")) {
    throw invalid(lastLine(lines), "each line of extra_headers ends in \\r\\n, the last one too");
  }
  return lines
    .slice(0, -2)
    .split("\r\n")
    .map((line) => {
      const [, name = "", value = ""] = /^([^:]*):[\t ]*([^]*?)[\t ]*$/.exec(line) ?? [];
      if (taken.has(name.toLowerCase())) throw invalid(name, "it is written by the library itself");
      return writeFieldLine(name, value);
    })
    .join("");
}

function lastLine(lines: string): string {
  return /([^:\r\n]*):?[^\r\n]*$/.exec(lines)?.[1] ?? "";
}

function invalid(name: string, reason: string): HttpsError {
  return new HttpsError("request-field-invalid", { name, value: notShown, reason });
}

/**
 * What is sent of a URL behind its host: as it was typed, dots resolved, as curl sends it. The URL standard percent-encodes some of it
 * (`'`, `"`, `<`, `{`), and a server may tell the two apart.
 */
import { isRewritten, spelt } from "../../../client/index.ts";
import { parseUrl } from "../../../core/index.ts";
import { CommandError } from "../../frame/failure.ts";
import type { GetFlags } from "../flags/table.ts";

type PathFlags = Pick<GetFlags, "pathAsIs" | "request" | "requestTarget">;

/** What goes out in place of the URL's normal form; `undefined` where it is the same. @throws CommandError for a target that is none */
export function pathOf(url: string, { pathAsIs, requestTarget, request }: PathFlags): string | undefined {
  const reading = parseUrl(url);
  if (!reading.ok) return undefined; // The client says what is wrong with it.
  if (requestTarget !== undefined) {
    if (requestTarget.startsWith("/") || (requestTarget === "*" && request === "OPTIONS"))
      return requestTarget;
    throw new CommandError(`--request-target ${requestTarget} is neither a path nor the * of OPTIONS.`, {
      hint: 'Write a target that begins with "/"; whole URLs are for proxies: -x URL.',
    });
  }
  const [, path = "", query = ""] = /^[^:]*:\/\/[^/?#\\]*([^?#]*)([^#]*)/.exec(url.trim()) ?? [];
  // What is not ASCII goes out percent-encoded, as a server expects it.
  if (!/^(?:\/[\x21-\x7e]*)?$/.test(path) || !/^[\x21-\x7e]*$/.test(query)) return undefined;
  const typed = `${(pathAsIs === true ? path : withoutDots(path)) || "/"}${query}`;
  return typed === reading.target.path ? undefined : typed;
}

/** RFC 3986 §5.2.4, for dots that are written as such. */
function withoutDots(path: string): string {
  if (!path.includes("/.")) return path;
  const kept: string[] = [];
  const [, ...parts] = path.split("/");
  for (const [index, part] of parts.entries()) {
    if (part === "..") kept.pop();
    else if (part !== ".") kept.push(part);
    if ((part === "." || part === "..") && index === parts.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
}

interface Place {
  readonly url: string;
  readonly path: string | undefined;
  readonly method: string;
}

/** The URL as the client is to ask it: with the path that was typed, and a method in the letters that were typed: `post` is not POST. */
export function placeOf({ url, path, method }: Place): string | URL {
  const keepsLetters = isRewritten(method);
  if (path === undefined && !keepsLetters) return url;
  return parseUrl(url).ok ? spelt(new URL(url), { path, ...(keepsLetters ? { method } : {}) }) : url;
}

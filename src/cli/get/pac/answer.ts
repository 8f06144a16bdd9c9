/**
 * What FindProxyForURL of a PAC file answers, taken apart: `PROXY a:1; SOCKS5 b:2; HTTPS c:3; DIRECT`, in the order in which they are to be
 * tried. The form is Netscape's of 1996, which no standard has; `HTTP`, `HTTPS` and `SOCKS5` came later, from browsers.
 */
import { showControls } from "../../../core/index.ts";

/** One way that the answer names; `proxy` is `null` for the direct one. */
export interface PacWay {
  readonly proxy: string | null;
}

/** What of an answer can be used, and what is passed over. */
export interface PacAnswer {
  readonly ways: readonly PacWay[];
  /** `SOCKS4 a:1 (SOCKS is spoken in version 5 alone)`. */
  readonly skipped: readonly string[];
}

/** Schemes of proxies by the answer's words. `SOCKS` is taken for version 5, which Firefox and most servers speak by that name. */
const schemes: ReadonlyMap<string, string> = new Map([
  ["PROXY", "http"],
  ["HTTP", "http"],
  ["HTTPS", "https"],
  ["SOCKS", "socks5"],
  ["SOCKS5", "socks5"],
]);

/** A host, or an IPv6 address in brackets, and a port: no credentials, no path. */
const place = /^(?:\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/i;

/** Never throws; what cannot be used is told by name. */
export function parsePacAnswer(answer: string): PacAnswer {
  const ways: PacWay[] = [];
  const skipped: string[] = [];
  for (const part of answer.split(";").map((text) => text.trim())) {
    if (part === "") continue;
    const [word = "", where = "", ...more] = part.split(/\s+/);
    const kind = word.toUpperCase();
    if (kind === "DIRECT" && where === "") ways.push({ proxy: null });
    else {
      const reason = more.length > 0 ? "it is not a way to a server" : reasonAgainst(kind, where);
      if (reason === undefined) ways.push({ proxy: `${schemes.get(kind) ?? ""}://${where}` });
      else skipped.push(`${showPart(part)} (${reason})`);
    }
  }
  return { ways, skipped };
}

function reasonAgainst(kind: string, where: string): string | undefined {
  if (kind === "SOCKS4") return "SOCKS is spoken in version 5 alone";
  if (!schemes.has(kind)) return "it is not a way to a server";
  const found = place.exec(where);
  const port = Number(found?.[1] ?? 1);
  return found === null || port < 1 || port > 65_535 ? "it names no host and port" : undefined;
}

/** A script's words in a sentence of ours: a line, and no longer than one. */
export function showPart(text: string): string {
  const line = showControls(text.replaceAll(/\s+/g, " "));
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}...` : line;
}

const shownCharacters = 200;

/**
 * Cookies in the file format that curl reads and writes, Netscape's: a line each, seven fields between tabs.
 * Written down in curl's docs/HTTP-COOKIES.md ("Netscape cookie file format").
 */

/** A cookie as the file has it. */
export interface FileCookie {
  /** Without a dot in front. */
  readonly domain: string;
  /** Whether hosts below the domain get it too. */
  readonly withSubdomains: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** Epoch milliseconds; `undefined` for one that ends with the session. */
  readonly expiresAt: number | undefined;
  readonly name: string;
  readonly value: string;
}

export type ParsedCookies =
  | { readonly ok: true; readonly cookies: readonly FileCookie[] }
  | { readonly ok: false; readonly line: number; readonly reason: string };

const httpOnlyMark = "#HttpOnly_";

/** The cookies of a file's text; or the first line that is neither a cookie, a comment, nor empty. */
export function parseCookieFile(text: string): ParsedCookies {
  const cookies: FileCookie[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const httpOnly = raw.startsWith(httpOnlyMark);
    const line = httpOnly ? raw.slice(httpOnlyMark.length) : raw;
    if (line.trim() === "" || line.startsWith("#")) continue;
    const fields = line.split("\t");
    const [domain = "", subdomains, path = "", secure, expires = "", name = "", value = ""] = fields;
    const reason = complaintAbout(fields);
    if (reason !== undefined) return { ok: false, line: index + 1, reason };
    cookies.push({
      domain: domain.replace(/^\./, "").toLowerCase(),
      withSubdomains: subdomains === "TRUE",
      path: path.startsWith("/") ? path : "/",
      secure: secure === "TRUE",
      httpOnly,
      expiresAt: expires === "0" ? undefined : Number(expires) * 1000,
      name,
      value,
    });
  }
  return { ok: true, cookies };
}

/** The file's text: curl reads it too. A cookie that would break a line is left out. */
export function renderCookieFile(cookies: readonly FileCookie[]): string {
  const lines = cookies.filter(isWritable).map((cookie) => {
    const { domain, withSubdomains, path, secure, httpOnly, expiresAt, name, value } = cookie;
    const fields = [
      `${httpOnly ? httpOnlyMark : ""}${withSubdomains ? "." : ""}${domain}`,
      renderFlag(withSubdomains),
      path,
      renderFlag(secure),
      expiresAt === undefined ? "0" : String(Math.max(1, Math.floor(expiresAt / 1000))),
      name,
      value,
    ];
    return fields.join("\t");
  });
  return ["# Netscape HTTP Cookie File", "# Written by meerkat; curl reads it too.", "", ...lines, ""].join(
    "\n",
  );
}

// An empty value may have lost its tab to an editor; curl takes six fields too.
function complaintAbout(fields: readonly string[]): string | undefined {
  if (fields.length !== 7 && fields.length !== 6) return `it has ${fields.length} fields between tabs, not 7`;
  const [domain, subdomains = "", , secure = "", expires = ""] = fields;
  if (domain === "" || domain === ".") return "its first field, the domain, is empty";
  for (const flag of [subdomains, secure])
    if (flag !== "TRUE" && flag !== "FALSE") return `"${flag}" is neither TRUE nor FALSE`;
  return /^\d{1,15}$/.test(expires) ? undefined : `"${expires}" is not a time in seconds`;
}

function renderFlag(flag: boolean): string {
  return flag ? "TRUE" : "FALSE";
}

function isWritable({ domain, path, name, value }: FileCookie): boolean {
  return [domain, path, name, value].every((text) => !/[\u0000-\u001F\u007F]/.test(text));
}

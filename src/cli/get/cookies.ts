/**
 * `-b` and `-c`: cookies from the command line or from a file, and into one. Which cookie goes where is decided by
 * tough-cookie (RFC 6265, public suffixes), an optional peer of this package: it is loaded when a file is named.
 */
import type * as ToughCookie from "tough-cookie";
import type { Cookie, MemoryCookieStore } from "tough-cookie";
import type { CookieJar } from "../../client/index.ts";
import { parseUrl, requireUrl, showControls } from "../../core/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import type { Context } from "../frame/context.ts";
import { readBounded, unreadable } from "../frame/files.ts";
import type { Output } from "../frame/output.ts";
import { CommandError } from "../frame/failure.ts";
import { writeOutput } from "../frame/output-file.ts";
import { cookieFiles } from "./flags/named-files.ts";
import type { GetFlags } from "./flags/table.ts";
import { cookieFileBytes } from "../limits.ts";
import { parseCookieFile, renderCookieFile, type FileCookie } from "./netscape.ts";

/** The cookies of one command line. */
export interface Cookies {
  /** Those typed, for the Cookie field; `undefined` where a jar says what is sent. */
  readonly field: string | undefined;
  /** What is sent to the URL that was typed, and where redirects lead from there. */
  readonly jarFor: (url: string) => CookieJar | undefined;
  /** Writes the file of `-c`; after the last answer. */
  readonly save: (context: Context) => Promise<void>;
}

/** What the groups of one command line have in common. */
export interface SharedCookies {
  store: MemoryCookieStore | undefined;
  /** Files of -c that will be there when the line is at its end. */
  readonly jars: Set<string>;
}

interface Around {
  readonly shared: SharedCookies;
  readonly context: Pick<Context, "signal" | "err">;
}

/** Reads what `-b` names; `-b ""` names nothing, and keeps cookies all the same. */
export async function openCookies(
  { cookie = [], cookieJar, junkSessionCookies, silent }: GetFlags,
  { shared, context }: Around,
): Promise<Cookies> {
  const typed = cookie.filter((one) => one.includes("=")).join(";");
  const keeps = cookieJar !== undefined || cookie.some((one) => !one.includes("="));
  if (!keeps) {
    return { field: typed === "" ? undefined : typed, jarFor: () => undefined, save: async () => {} };
  }
  const read: FileCookie[] = [];
  for (const file of cookieFiles({ cookie })) {
    const found = await readCookieFile(file, context.signal);
    const mayBeNew = file === cookieJar || shared.jars.has(file) || file === "";
    if (found === undefined && !mayBeNew && silent !== true)
      note(context.err, `the cookie file "${file}" is not there: nothing is sent of it`);
    read.push(...(found ?? []));
  }
  if (cookieJar !== undefined) shared.jars.add(cookieJar);
  const library = await loadLibrary();
  // Cookies that an earlier URL of the command line was given are sent to a later one, as by curl.
  const store = (shared.store ??= new library.MemoryCookieStore());
  const jar = new library.CookieJar(store);
  for (const one of read) {
    // curl(1), --junk-session-cookies: as if the browser had been closed.
    if (junkSessionCookies === true && one.expiresAt === undefined) continue;
    await store.putCookie(new library.Cookie(toCookie(one)));
  }
  return {
    field: undefined,
    jarFor: (url) => {
      const reading = parseUrl(url);
      const home = reading.ok ? reading.target.origin : undefined;
      return {
        getCookieString: async (target) => {
          const kept = [...(await jar.getCookies(target))]
            .reverse()
            .sort(asCurl)
            .map((one) => one.cookieString());
          // What is typed belongs to the site that is typed, as a Cookie field does.
          const mine = requireUrl(target).origin === home ? typed : "";
          return [...kept, mine].filter((part) => part !== "").join("; ");
        },
        setCookie: (line, target, options) => jar.setCookie(line, target, options),
      };
    },
    save: async (around) => {
      try {
        await saveCookies(store, cookieJar, around);
      } catch (error) {
        // curl: what was asked for has come, and the program ends with that.
        if (!(error instanceof CommandError) || around.signal.aborted) throw error;
        if (silent !== true) note(around.err, `the cookies are lost: ${error.message}`);
      }
    },
  };
}

/** RFC 6265 §5.4 (2) has the longer path first, and no server may count on the rest, which is as curl has it: what was set last comes first. */
function asCurl(a: Cookie, b: Cookie): number {
  const lengths = ({ path, domain, key }: Cookie): readonly number[] => [
    path?.length ?? 0,
    domain?.length ?? 0,
    key.length,
  ];
  const [mine, other] = [lengths(a), lengths(b)];
  return mine.map((length, at) => (other[at] ?? 0) - length).find((difference) => difference !== 0) ?? 0;
}

async function loadLibrary(): Promise<typeof ToughCookie> {
  try {
    return await import("tough-cookie");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CommandError("Cookie files need the package tough-cookie, which is not installed.", {
      hint: 'Install it beside meerkat: npm install tough-cookie. Cookies typed as -b "name=value" need nothing.',
      exitCode: exitCode.notInstalled,
    });
  }
}

function note(err: Output, sentence: string): void {
  err.lines(`${err.style.yellow("note:")} ${showControls(sentence)}`);
}

/** `undefined` for one that is not there, which the first run of a script begins without. */
async function readCookieFile(file: string, signal: AbortSignal): Promise<readonly FileCookie[] | undefined> {
  let text: string;
  try {
    text = (await readBounded(file, { most: cookieFileBytes, signal })).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const hint = '-b "name=value" sends a cookie; -b without "=" names a file of them.';
    throw unreadable(file, error, { what: "The cookie file", hint });
  }
  const parsed = parseCookieFile(text);
  if (parsed.ok) return parsed.cookies;
  throw new CommandError(
    `Line ${parsed.line} of the cookie file "${file}" is not a cookie: ${parsed.reason}.`,
    {
      hint: "The format is Netscape's, as curl -c writes it: domain, subdomains, path, secure, expires, name, value.",
      exitCode: exitCode.readFailed,
    },
  );
}

async function saveCookies(
  store: MemoryCookieStore,
  file: string | undefined,
  { out, signal }: Context,
): Promise<void> {
  if (file === undefined) return;
  const now = Date.now();
  // curl begins with the one that was set last.
  const kept = (await store.getAllCookies()).map(fromCookie).reverse();
  const text = renderCookieFile(kept.filter(({ expiresAt = Infinity }) => expiresAt > now));
  if (file === "-") return out.bytes(text);
  // Cookies are credentials.
  await writeOutput([text], { file, what: "The cookie file", mode: 0o600, signal });
}

function toCookie(cookie: FileCookie): ConstructorParameters<typeof Cookie>[0] {
  const { name, value, domain, withSubdomains, path, secure, httpOnly, expiresAt } = cookie;
  return {
    key: name,
    value,
    domain,
    hostOnly: !withSubdomains,
    path,
    secure,
    httpOnly,
    expires: expiresAt === undefined ? "Infinity" : new Date(Math.min(expiresAt, 8.64e15)),
  };
}

function fromCookie(cookie: Cookie): FileCookie {
  const { creation } = cookie;
  // RFC 6265 §5.2.2: Max-Age counts from the answer that set the cookie, not from its last use.
  const expiresAt = cookie.expiryTime(creation instanceof Date ? creation : undefined) ?? Infinity;
  return {
    domain: cookie.domain ?? "",
    withSubdomains: cookie.hostOnly !== true,
    path: cookie.path ?? "/",
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    expiresAt: expiresAt === Infinity ? undefined : expiresAt,
    name: cookie.key,
    value: cookie.value,
  };
}

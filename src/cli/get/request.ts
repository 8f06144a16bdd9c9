/** From what was typed to what the client is asked: method, fields, body, and whom to trust. */
import { basename } from "node:path";
import type { BodyInput, ClientOptions, Environment } from "../../client/index.ts";
import type { Context } from "../frame/context.ts";
import { CommandError } from "../frame/failure.ts";
import { readNamedRoots } from "../frame/root-sources.ts";
import { parseUser, pinsOf, readClientCertificate } from "./credentials.ts";
import { readBody } from "./data.ts";
import { protocolAsked } from "./protocol.ts";
import type { GetFlags } from "./flags.ts";
import type { Resumption } from "./resume.ts";

/** What is typed, and where. */
export interface Typed {
  readonly url: string;
  readonly flags: GetFlags;
  readonly env: Environment;
  /** Ends the reading of files. */
  readonly signal: AbortSignal;
}

/** Options of a client that lives for one command line. */
export async function clientOptions({ url, flags, env, signal }: Typed): Promise<ClientOptions> {
  const { caNative, insecureBecause, userAgent, resolve, proxy, noproxy, retry, pinnedpubkey } = flags;
  if (proxy !== undefined && noproxy !== undefined) {
    throw new CommandError("--proxy and --noproxy cannot stand together.", {
      hint: "Leave one of them out.",
    });
  }
  const authentication = parseUser(flags);
  const clientCertificate = await readClientCertificate(flags, { env, signal });
  const roots = await readNamedRoots(flags, signal);
  return {
    // An empty list too says which hosts: none.
    environment: noproxy === undefined ? env : { ...env, no_proxy: noproxy, NO_PROXY: undefined },
    decompress: "known",
    protocol: protocolAsked(flags, url),
    timeouts: timeoutsOf(flags),
    // curl follows redirects only when it is told to.
    ...(flags.location === true ? {} : { redirects: 0 }),
    ...(roots === undefined ? {} : { roots }),
    // curl(1), --ca-native: in addition to whatever else is trusted.
    ...(caNative === true ? { addRoots: "system" } : {}),
    ...(insecureBecause === undefined ? {} : { insecure: { reason: insecureBecause } }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent === "" ? null : userAgent }),
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve) }),
    ...familyOf(flags),
    ...(flags.allow === undefined ? {} : { allow: flags.allow }),
    ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
    ...(retry === undefined ? {} : { retry: { attempts: retry } }),
    ...(pinnedpubkey === undefined ? {} : { pins: pinsOf(url, pinnedpubkey) }),
    ...(authentication === undefined ? {} : { authentication }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
}

/** The request itself, and the URL that `-G` may have added to. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[] | null>>;
  readonly body: BodyInput | undefined;
}

/** What other flags have found out. */
export interface Known {
  readonly cookie: string | undefined;
  readonly resumption: Resumption | undefined;
}

/** Reads what is to be sent. */
export async function readRequest(
  { url, flags }: Pick<Typed, "url" | "flags">,
  { cookie, resumption }: Known,
  streams: Pick<Context, "stdin" | "signal">,
): Promise<Asked> {
  const headers = parseFields(flags.header ?? []);
  // What -H says comes before what other flags say.
  const preset = (name: string, value: string | undefined): void => {
    if (value !== undefined && !hasField(headers, name)) headers[name] = [value];
  };
  const { offset = 0 } = resumption ?? {};
  const range = flags.range ?? (offset > 0 ? `${offset}-` : undefined);
  preset("Range", range === undefined ? undefined : `bytes=${range}`);
  // The next part need not be encoded in the same way.
  if (resumption !== undefined) preset("Accept-Encoding", "identity");
  preset("Referer", flags.referer);
  preset("Cookie", cookie);
  const body = await readBody(flags, streams);
  const method = flags.request ?? defaultMethod(flags);
  if (flags.get === true) return { url: withQuery(url, body), method, headers, body: undefined };
  // curl(1), --data: the content type of a form, unless it is said otherwise.
  if (flags.data !== undefined) preset("Content-Type", "application/x-www-form-urlencoded");
  return { url: withFileName(url, flags.uploadFile), method, headers, body };
}

/** curl(1), --upload-file: a URL without a file part gets the local file's name. */
function withFileName(url: string, file: string | undefined): string {
  if (file === undefined || file === "-") return url;
  const [, place = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(.*)$/is.exec(place)?.[1];
  if (path === undefined || (path !== "" && !path.endsWith("/"))) return url;
  return `${place}${path === "" ? "/" : ""}${encodeURIComponent(basename(file))}${rest}`;
}

function familyOf({ ipv4, ipv6 }: GetFlags): Pick<ClientOptions, "family"> {
  if (ipv4 === true && ipv6 === true)
    throw new CommandError("-4 and -6 cannot stand together.", { hint: "Leave both out for either." });
  return ipv4 === true ? { family: 4 } : ipv6 === true ? { family: 6 } : {};
}

/** Flags of curl's that nothing here can do, or that would not do what is meant. */
export function refuseUnmetFlags(flags: GetFlags): void {
  const { request, location, "http1.0": http10 } = flags;
  if (flags.head === true && flags.get !== true && hasBody(flags))
    throw new CommandError("-I asks for the head of an answer alone, and -d, -F and -T send a body.", {
      hint: "Leave one of them out; with -G the data goes into the URL.",
    });
  if (flags.referer?.endsWith(";auto") === true)
    throw new CommandError(
      '";auto" behind -e has each redirect name the page before it; that is not done here.',
      {
        hint: "Leave it out: the Referer is the same for every request then.",
      },
    );
  if (http10 === true)
    throw new CommandError("-0 asks for HTTP/1.0; requests are sent in HTTP/2 and HTTP/1.1 alone.", {
      hint: 'Leave it out; -H "Connection: close" has the connection closed after one request.',
    });
  if (location !== true || request === undefined || ["GET", "HEAD"].includes(request)) return;
  throw new CommandError(
    `-X ${request} with -L: curl sends ${request} again wherever it is redirected, and its body not always.`,
    {
      hint: "Leave -X out where -d, -F or -T say the method; or leave -L out, and ask the URL that Location names.",
    },
  );
}

function hasBody({ data, form, uploadFile }: GetFlags): boolean {
  return data !== undefined || form !== undefined || uploadFile !== undefined;
}

function hasField(headers: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase());
}

/** curl(1), --get: the data behind a "?", or behind an "&" where there is a query. */
function withQuery(url: string, data: BodyInput | undefined): string {
  if (data === undefined) return url;
  if (!(data instanceof Uint8Array)) {
    throw new CommandError(
      "-G puts the data of -d into the URL; --form and --upload-file have no place there.",
      {
        hint: "Leave -G out, or give the data with -d.",
      },
    );
  }
  const [whole = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(url)?.slice(1) ?? [];
  return `${whole}${whole.includes("?") ? "&" : "?"}${Buffer.from(data).toString()}${fragment}`;
}

/** `-k` is what people type blind; it has to be said why. */
export function refuseInsecureFlag({ insecure }: GetFlags): void {
  if (insecure !== true) return;
  throw new CommandError("-k (--insecure) does not say why nobody need vouch for the server.", {
    hint: 'Write --insecure-because REASON, such as --insecure-because "my own device, before its first certificate".',
  });
}

function defaultMethod({ head, get, data, form, uploadFile }: GetFlags): string {
  if (head === true) return "HEAD";
  if (get === true) return "GET";
  if (uploadFile !== undefined) return "PUT";
  return data === undefined && form === undefined ? "GET" : "POST";
}

function timeoutsOf({ maxTime, connectTimeout }: GetFlags): NonNullable<ClientOptions["timeouts"]> {
  return {
    ...(maxTime === undefined ? {} : { totalMs: maxTime }),
    // Each phase's own limit gives way, so that a longer one can be asked for.
    ...(connectTimeout === undefined
      ? {}
      : {
          openMs: connectTimeout,
          dnsMs: connectTimeout,
          connectMs: connectTimeout,
          proxyMs: connectTimeout,
          tlsMs: connectTimeout,
        }),
  };
}

/** curl's three forms: `Name: value`, `Name:` to leave a field out, `Name;` for one without a value. */
function parseFields(lines: readonly string[]): Record<string, string[] | null> {
  // Without a prototype: "constructor" and "__proto__" are names like any other.
  const fields = Object.create(null) as Record<string, string[] | null>;
  const typed = new Map<string, string>(); // The same name in another case is the same field.
  for (const [index, line] of lines.entries()) {
    const [, name = "", sign, value = ""] = /^([^:;]+)([:;])[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === "" || (sign === ";" && value !== "")) {
      throw new CommandError(`Header ${index + 1} of ${lines.length} is not of the form "Name: value".`, {
        hint: '"Name: value" sends a field, "Name:" leaves a default one out, "Name;" sends one without a value.',
      });
    }
    const key = typed.get(name.toLowerCase()) ?? name;
    typed.set(name.toLowerCase(), key);
    fields[key] = sign === ":" && value === "" ? null : [...(fields[key] ?? []), value];
  }
  return fields;
}

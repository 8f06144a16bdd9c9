/** From what was typed to what the client is asked: method, fields, body, and whom to trust. */
import type { Readable } from "node:stream";
import type { ClientOptions, Environment, RequestParts } from "../../client/index.ts";
import { CommandError } from "../failure.ts";
import { parsePins, parseUser, readClientCertificate } from "./credentials.ts";
import { readBody } from "./data.ts";
import type { GetFlags } from "./flags.ts";

/** What is typed, and where. */
export interface Typed {
  readonly url: string;
  readonly flags: GetFlags;
  readonly env: Environment;
}

/** Options of a client that lives for one command line. */
export async function clientOptions({ url, flags, env }: Typed): Promise<ClientOptions> {
  const { cacert, insecureBecause, userAgent, resolve, proxy, noproxy, retry, pinnedpubkey } = flags;
  if (proxy !== undefined && noproxy !== undefined) {
    throw new CommandError("--proxy and --noproxy cannot stand together.", {
      hint: "Leave one of them out.",
    });
  }
  const authentication = parseUser(flags);
  const clientCertificate = await readClientCertificate(flags);
  return {
    environment: noproxy === undefined ? env : { ...env, no_proxy: noproxy },
    timeouts: timeoutsOf(flags),
    // curl follows redirects only when it is told to.
    ...(flags.location === true ? {} : { redirects: 0 }),
    ...(cacert === undefined ? {} : { roots: cacert.map(asPath) }),
    ...(insecureBecause === undefined ? {} : { insecure: { reason: insecureBecause } }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent === "" ? null : userAgent }),
    ...(resolve === undefined ? {} : { resolve: Object.fromEntries(resolve.map(parseResolve)) }),
    ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
    ...(retry === undefined ? {} : { retry: { attempts: retry } }),
    ...(pinnedpubkey === undefined ? {} : { pins: parsePins(url, pinnedpubkey) }),
    ...(authentication === undefined ? {} : { authentication }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
}

/** The request itself. */
export async function requestParts(flags: GetFlags, stdin: Readable): Promise<RequestParts> {
  const headers = parseFields(flags.header ?? []);
  const body = await readBody(flags, stdin);
  // curl(1), --data: the content type of a form, unless it is said otherwise.
  const typed = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  if (flags.data !== undefined && !typed) headers["Content-Type"] = ["application/x-www-form-urlencoded"];
  return {
    method: flags.request ?? defaultMethod(flags),
    headers,
    ...(body === undefined ? {} : { body }),
  };
}

/** `-k` is what people type blind; it has to be said why. */
export function refuseInsecureFlag({ insecure }: GetFlags): void {
  if (insecure !== true) return;
  throw new CommandError("-k (--insecure) does not say why nobody need vouch for the server.", {
    hint: 'Write --insecure-because REASON, such as --insecure-because "my own device, before its first certificate".',
  });
}

function defaultMethod({ head, data, form, uploadFile }: GetFlags): string {
  if (head === true) return "HEAD";
  if (uploadFile !== undefined) return "PUT";
  return data === undefined && form === undefined ? "GET" : "POST";
}

/** A file called `mozilla` or `system` is still a file. */
function asPath(file: string): string {
  return file === "mozilla" || file === "system" ? `./${file}` : file;
}

function timeoutsOf({ maxTime, connectTimeout }: GetFlags): NonNullable<ClientOptions["timeouts"]> {
  return {
    ...(maxTime === undefined ? {} : { totalMs: maxTime }),
    ...(connectTimeout === undefined
      ? {}
      : { dnsMs: connectTimeout, connectMs: connectTimeout, tlsMs: connectTimeout }),
  };
}

/** curl's three forms: `Name: value`, `Name:` to leave a field out, `Name;` for one without a value. */
function parseFields(lines: readonly string[]): Record<string, string[] | null> {
  const fields: Record<string, string[] | null> = {};
  const typed = new Map<string, string>(); // The same name in another case is the same field.
  for (const line of lines) {
    const [, name = "", sign, value = ""] = /^([^:;]+)([:;])[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === "" || (sign === ";" && value !== "")) {
      throw new CommandError(`The header ${JSON.stringify(line)} is not of the form "Name: value".`, {
        hint: '"Name: value" sends a field, "Name:" leaves a default one out, "Name;" sends one without a value.',
      });
    }
    const key = typed.get(name.toLowerCase()) ?? name;
    typed.set(name.toLowerCase(), key);
    fields[key] = sign === ":" && value === "" ? null : [...(fields[key] ?? []), value];
  }
  return fields;
}

function parseResolve(text: string): readonly [hostAndPort: string, address: string] {
  const [, host, port, address] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5}):(.+)$/.exec(text) ?? [];
  if (host === undefined || port === undefined || address === undefined) {
    throw new CommandError(`"${text}" is not of the form host:port:address.`, {
      hint: "Such as --resolve example.com:443:192.0.2.1.",
    });
  }
  return [`${host.toLowerCase()}:${port}`, address.replace(/^\[(.*)\]$/, "$1")];
}

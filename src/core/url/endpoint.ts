/**
 * Reads where TLS is spoken: the URL of any scheme that has it, or `host:port`. Only the way there counts; a path, a
 * database's name and the user who logs in are left out.
 *
 * A user name and a password may stand in the URL of everything but a web site: that is how a database's or a broker's
 * URL is kept and pasted. They are left out of what is read, so that they are neither sent nor shown. Where a further
 * "@" leaves open which part is the host, the URL is refused: a piece of a password would be looked up in the DNS.
 */
import { HttpsError } from "../error.ts";
import { likely } from "../options/unknown-option.ts";
import {
  endpointSchemes,
  plainSchemes,
  type EndpointScheme,
  type StartTlsProtocol,
} from "./endpoint-schemes.ts";
import { otherSchemes } from "./other-schemes.ts";
import { parseUrl } from "./parse-url.ts";
import { shownUrl } from "./shown-url.ts";

/** Where TLS is spoken, and what comes before it. */
export interface Endpoint {
  /** In lower case; `tls` for a plain `host:port`. */
  readonly scheme: string;
  /** As DNS or a certificate knows it: lower case, A-labels, no brackets, no final dot. */
  readonly host: string;
  readonly port: number;
  /** What is spoken before TLS begins; `undefined` where it begins at once. */
  readonly startTls: StartTlsProtocol | undefined;
  /** `host:port` as the server is called in reports: brackets, a final dot; without the port where it is that of https. */
  readonly authority: string;
  /** The endpoint's normal form: the URL of a web site without its fragment, else scheme, host and port. */
  readonly href: string;
}

/** `url-no-scheme url-bad-port url-credentials url-malformed endpoint-unknown-scheme endpoint-plaintext endpoint-no-port` */
export type EndpointReading =
  { readonly ok: true; readonly endpoint: Endpoint } | { readonly ok: false; readonly error: HttpsError };

const allSchemes = [...endpointSchemes.keys()];
const hostAndPort = /^(?:\[[^\]]*\]|[^/?#\\:@[\]]+):\d+$/;

/** What a text says of an endpoint; nothing is guessed, a name alone may mean any port. */
export function parseEndpoint(text: string): EndpointReading {
  const given = text.trim();
  if (hostAndPort.test(given)) {
    const reading = parseEndpoint(`tls://${given}`);
    return reading.ok ? reading : asTyped(reading.error, given);
  }
  const written = /^([a-z][a-z0-9+.-]*):/i.exec(given)?.[1]?.toLowerCase() ?? "";
  const scheme = endpointSchemes.get(written);
  if (scheme === undefined) return withoutTls(given);
  if (written === "https") return readSite(given);
  const rules = { schemes: allSchemes, takesCredentials: true };
  const named = { ...scheme, name: written };
  const reading = parseUrl(given, rules);
  const endpoint = reading.ok ? readPlace(given, named) : reading;
  return endpoint.ok ? endpoint : inOwnForm(endpoint.error, named, given);
}

/** What is wrong with a URL, and how those of its own scheme look. */
function inOwnForm(error: HttpsError, { name, port }: NamedScheme, text: string): EndpointReading {
  if (HttpsError.is(error, "url-bad-port")) {
    const own = port === undefined ? null : { scheme: name, port };
    return refuse(new HttpsError("url-bad-port", { ...error.detail, own }));
  }
  if (!HttpsError.is(error, "url-malformed")) return refuse(error);
  const several = /^[^?#]*,/.test(text) ? ", one host at a time" : "";
  const like = port === undefined ? `${name}://host:port` : `${name}://host or ${name}://host:port`;
  return refuse(new HttpsError("url-malformed", { ...error.detail, like: `${like}${several}` }));
}

interface NamedScheme extends EndpointScheme {
  readonly name: string;
}

/** The same, for whoever cannot go on without. @throws HttpsError as `parseEndpoint` says */
export function requireEndpoint(text: string): Endpoint {
  const reading = parseEndpoint(text);
  if (reading.ok) return reading.endpoint;
  throw reading.error;
}

function readSite(text: string): EndpointReading {
  const reading = parseUrl(text);
  if (!reading.ok) return reading;
  const { host, port, authority, href } = reading.target;
  return { ok: true, endpoint: { scheme: "https", host, port, startTls: undefined, authority, href } };
}

/** Host and port of a URL that `parseUrl` has let pass. Its host is read by the rules of web URLs: case, A-labels, addresses. */
function readPlace(text: string, scheme: NamedScheme): EndpointReading {
  const [whole, authority = ""] = /^[^:]*:\/\/([^/?#\\]*)/.exec(text) ?? [""];
  if (text.slice(whole.length).includes("@"))
    return refuse(new HttpsError("url-credentials", { host: "***" }));
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const [, name = "", digits = ""] = /^(.*?)(?::(\d*))?$/.exec(place) ?? [];
  const site = parseUrl(`https://${name}/`);
  // A list of hosts, as databases have it, would be one name in the DNS.
  if (!site.ok || name.includes(",")) return refuse(new HttpsError("url-malformed", { url: shownUrl(text) }));
  const port = digits === "" ? scheme.port : Number(digits);
  if (port === undefined)
    return refuse(new HttpsError("endpoint-no-port", { url: shownUrl(text), scheme: scheme.name }));
  const { host, authority: shown } = site.target;
  const withPort = `${shown}:${port}`;
  return {
    ok: true,
    endpoint: {
      scheme: scheme.name,
      host,
      port,
      startTls: scheme.startTls,
      authority: port === 443 ? shown : withPort,
      href: `${scheme.name}://${port === scheme.port ? shown : withPort}`,
    },
  };
}

/** A scheme that is spoken in plain, one that is not known, or none. */
function withoutTls(text: string): EndpointReading {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1] ?? "";
  const lower = scheme.toLowerCase();
  const url = shownUrl(text);
  const secure = plainSchemes.get(lower);
  if (secure !== undefined)
    return refuse(new HttpsError("endpoint-plaintext", { url, scheme: lower, secure }));
  const reading = parseUrl(text, { schemes: allSchemes, takesCredentials: true });
  if (!reading.ok && reading.error.code === "url-no-scheme") {
    const others = otherForms(url);
    return refuse(new HttpsError("url-no-scheme", others === undefined ? { url } : { url, others }));
  }
  if (!reading.ok && reading.error.code !== "url-unknown-scheme") return reading;
  const shown = reading.ok ? scheme : (reading.error.detail as { readonly scheme: string }).scheme;
  // A host whose port was forgotten.
  if (/^[\w.-]+:$/.test(text) && !otherSchemes.has(lower))
    return refuse(new HttpsError("url-bad-port", { url: text, port: "" }));
  const instead = insteadOf(text, shown.toLowerCase());
  const meant = instead === undefined ? meantBy(text, lower) : undefined;
  return refuse(
    new HttpsError("endpoint-unknown-scheme", {
      url,
      scheme: shown,
      meant,
      ...(instead === undefined ? {} : { instead }),
    }),
  );
}

/** What leads to the certificates of a server whose scheme is known and not asked, with its host where that is plain to see. */
function insteadOf(text: string, scheme: string): string | undefined {
  const [, host = "host"] = /^[a-z][a-z0-9+.-]*:\/\/([\w-]+(?:\.[\w-]+)*)(?:[:/?][^@]*)?$/i.exec(text) ?? [];
  return otherSchemes.get(scheme)?.replaceAll("HOST", host);
}

/** The scheme that one stands for which is not known. */
function meantBy(text: string, scheme: string): string | undefined {
  const [, wrapped = scheme] = /^jdbc:([a-z][a-z0-9]*):/i.exec(text) ?? [];
  const [plain = "", how = ""] = wrapped.toLowerCase().split("+");
  // "redis+tls://" says what "rediss://" does; in "postgresql+psycopg2://" it is the driver that stands behind the "+".
  if (/^(?:tls|ssl)$/.test(how) && endpointSchemes.has(`${plain}s`)) return `${plain}s`;
  return endpointSchemes.has(plain) ? plain : likely(wrapped, allSchemes);
}

/** No scheme was typed, so none is shown. */
function asTyped(error: HttpsError, text: string): EndpointReading {
  const url = shownUrl(text);
  if (HttpsError.is(error, "url-bad-port"))
    return refuse(new HttpsError("url-bad-port", { url, port: error.detail.port }));
  return refuse(
    HttpsError.is(error, "url-malformed")
      ? new HttpsError("url-malformed", { url, like: "host:port" })
      : error,
  );
}

/** What may be meant that is not a web site: by the port, or by how hosts are called, else a broker as devices have it. */
function otherForms(shown: string): { readonly scheme: string; readonly port: string } | undefined {
  const [, host, digits] =
    /^(\[[\da-f:.]+\]|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?)(?::(\d{1,5}))?(?:[/?#].*)?$/iu.exec(shown) ??
    [];
  if (host === undefined) return undefined;
  const word = /^[a-z]+/i.exec(host)?.[0].toLowerCase() ?? "";
  const byName = [`${word}s`, word].find((name) => endpointSchemes.has(name));
  const byPort = allSchemes.find((name) => String(endpointSchemes.get(name)?.port) === digits);
  const isWeb = byPort === "https" || byName === "https";
  const scheme = (isWeb ? undefined : (byPort ?? byName)) ?? "mqtts";
  const port = digits ?? String(endpointSchemes.get(scheme)?.port ?? 8883);
  const behind = digits === undefined || byPort === scheme ? "" : `:${digits}`;
  return { scheme: `${scheme}://${host}${behind}`, port: `${host}:${port}` };
}

function refuse(error: HttpsError): EndpointReading & { readonly ok: false } {
  return { ok: false, error };
}

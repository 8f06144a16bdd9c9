/**
 * Which proxy a request goes through, and which rule decided: the option, or the environment's variables as curl
 * reads them (https_proxy, all_proxy, no_proxy; http_proxy in lower case alone, because CGI puts a request's `Proxy`
 * field into HTTP_PROXY).
 */
import { BlockList, isIP } from "node:net";
import {
  decodePercents,
  HttpsError,
  ownValue,
  parseUrl,
  type Target,
  type Userinfo,
} from "../../core/index.ts";
import { deniedOf } from "../../runtime/index.ts";
import { type TrustPolicy } from "../../admission/index.ts";
import { isLoopbackName, socksTextOctets, type ProxySetting, type SocksLogin } from "../../net/index.ts";
import { basicAuthorization } from "../options/authentication.ts";
import type { Environment } from "../options/options.ts";
import { systemProxy, type SystemReading } from "./system-proxy.ts";

/** What was decided, in words for reports. */
export interface ProxyChoice {
  readonly proxy: ProxySetting | undefined;
  /** `HTTPS_PROXY`, `NO_PROXY (.example.com)`, `the option proxy`, `no proxy is set`. */
  readonly rule: string;
}

export interface ProxyQuestion {
  /** Where the request goes. */
  readonly target: Pick<Target, "scheme" | "host" | "port">;
  readonly option: string | null | undefined;
  readonly environment: Environment;
  /** For a proxy reached over TLS. */
  readonly policy: () => TrustPolicy;
  /** What `system` comes to; by default what this machine says, asked once. */
  readonly system?: (() => SystemReading) | undefined;
}

/** @throws HttpsError `proxy-url-invalid` */
export function chooseProxy(question: ProxyQuestion): ProxyChoice {
  const { target, option, environment } = question;
  if (option === null) return { proxy: undefined, rule: "the option proxy: null" };
  if (option !== undefined && option !== "system") return choose(option, "the option proxy", question);
  const names = target.scheme === "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"];
  // An empty variable is one that is not set.
  const firstSet = (...variables: readonly string[]): string | undefined =>
    variables.find((name) => (ownValue(environment, name) ?? "") !== "");
  const source = firstSet(...names, "all_proxy", "ALL_PROXY");
  if (source === undefined)
    return option === "system" ? chooseBySystem(question) : { proxy: undefined, rule: ruleWithout(question) };
  const listed = firstSet("no_proxy", "NO_PROXY");
  const exception = listed && findException(target, ownValue(environment, listed) ?? "");
  if (exception !== undefined) return { proxy: undefined, rule: `NO_PROXY (${exception})` };
  // Names of this machine are not a proxy's to reach.
  if (isLoopbackName(target.host)) return { proxy: undefined, rule: "a loopback name" };
  return choose(ownValue(environment, source) ?? "", source, question);
}

/** Where the system names a proxy that cannot be known here, nothing goes without one. */
function chooseBySystem(question: ProxyQuestion): ProxyChoice {
  const { target, environment, system = () => systemProxy(environment) } = question;
  const reading = system();
  if (reading.kind === "unreadable") return { proxy: undefined, rule: `no proxy: ${reading.reason}` };
  const { of, https, http, socks, exceptions, isReversed, pac, asksNetwork } = reading.settings;
  const source = `the system's settings (${of})`;
  const text = (target.scheme === "https" ? https : http) ?? socks;
  if (text === undefined && pac === undefined)
    return {
      proxy: undefined,
      rule: asksNetwork
        ? `no proxy: ${source} ask the network for a PAC file (WPAD), which is not done here`
        : `no proxy is set by ${source}`,
    };
  const isPlain = !target.host.includes(".") && isIP(target.host) === 0;
  const exception =
    exceptions.find((entry) => entry === "<local>" && isPlain) ?? findException(target, exceptions.join(","));
  if ((exception !== undefined) !== isReversed)
    return {
      proxy: undefined,
      rule: `an exception of ${source}${exception === undefined ? "" : ` (${exception})`}`,
    };
  if (isLoopbackName(target.host)) return { proxy: undefined, rule: "a loopback name" };
  if (text === undefined) throw invalid(source, systemPacReason);
  return choose(text, source, question);
}

const proxyNames = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** What this program may not read is not known to be unset. */
function ruleWithout({ environment }: ProxyQuestion): string {
  const denied = deniedOf(environment, proxyNames);
  return denied.length === 0 ? "no proxy is set" : `no proxy: this program may not read ${denied.join(", ")}`;
}

function choose(text: string, source: string, { target, policy }: ProxyQuestion): ProxyChoice {
  return { proxy: parseProxy(text, source, { scheme: target.scheme, policy }), rule: source };
}

/** What browsers are given for the choosing of proxies: a program in JavaScript, by its usual names. */
const pacFile = /\.pac(?:$|[?#])|\/wpad\.dat(?:$|[?#])/i;
const pacReason =
  "it is the address of a PAC file, a program by which browsers choose proxies, and no proxy itself; look into the file for the proxy that it names (PROXY host:port), and give that as http://host:port";

const systemPacReason =
  "they name a PAC file, a program by which browsers choose proxies, and it is not run here; look into the file for the proxy that it names (PROXY host:port), and give that as http://host:port";

const proxyRules = { schemes: ["http", "https"], takesCredentials: true } as const;

function parseProxy(
  text: string,
  source: string,
  { scheme: targetScheme, policy }: { readonly scheme: "https" | "http"; readonly policy: () => TrustPolicy },
): ProxySetting {
  const socks = /^\s*(socks5h?):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (socks === "socks5" || socks === "socks5h") return parseSocks(text.trim(), socks, { source, policy });
  // curl's rule: a proxy without a scheme is an http:// one.
  const reading = parseUrl(
    /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text.trim()}`,
    proxyRules,
  );
  if (!reading.ok) throw invalid(source, reasonOf(reading.error));
  const { scheme, host, port, origin, userinfo, path } = reading.target;
  if (pacFile.test(path)) throw invalid(source, pacReason);
  return {
    scheme,
    host,
    port,
    authorization: userinfo && readCredentials(userinfo, source),
    login: undefined,
    url: origin,
    source,
    mode: targetScheme === "https" ? "tunnel" : "forward",
    policy: policy(),
  };
}

/** Whatever is asked through it goes through a tunnel: SOCKS knows nothing of HTTP. */
function parseSocks(
  text: string,
  scheme: "socks5" | "socks5h",
  { source, policy }: { readonly source: string; readonly policy: () => TrustPolicy },
): ProxySetting {
  // Host and port are read by the rules of web URLs, which alone have a normal form of them.
  const rest = text.slice(text.indexOf("://") + 3);
  const [authority = ""] = /^[^/?#\\]*/.exec(rest) ?? [];
  const reading = parseUrl(`http://${rest}`, proxyRules);
  if (!reading.ok) throw invalid(source, "it is not a URL");
  const { host, port: number, authority: shown, userinfo } = reading.target;
  // The parser leaves out the port of http:.
  const port = /:\d+$/.test(authority.slice(authority.lastIndexOf("@") + 1)) ? number : usualSocksPort;
  const place = shown.replace(/:\d+$/, "");
  return {
    scheme,
    host,
    port,
    authorization: undefined,
    login: userinfo && readLogin(userinfo, source),
    url: `${scheme}://${place}:${port}`,
    source,
    mode: "tunnel",
    policy: policy(),
  };
}

/** The port that IANA has for SOCKS. */
const usualSocksPort = 1080;

function readLogin(userinfo: Userinfo, source: string): SocksLogin {
  const [username, password] = decoded(userinfo, source).map((text) => new TextEncoder().encode(text));
  if (username === undefined || password === undefined || username.length === 0)
    throw invalid(source, "it has a password and no user name (RFC 1929 §2)");
  if (Math.max(username.length, password.length) > socksTextOctets)
    throw invalid(source, "its user name or its password is longer than 255 octets (RFC 1929 §2)");
  return { username, password };
}

function reasonOf(error: HttpsError): string {
  if (HttpsError.is(error, "url-unknown-scheme") && error.detail.scheme.startsWith("pac+")) return pacReason;
  return HttpsError.is(error, "url-unknown-scheme")
    ? `the scheme ${error.detail.scheme} is not supported${/^socks/i.test(error.detail.scheme) ? `: SOCKS is spoken in version 5 alone, as socks5://host:port (names are looked up here) or socks5h://host:port (by the proxy)` : ", only http, https, socks5 and socks5h are"}`
    : "it is not a URL";
}

function decoded({ username, password }: Userinfo, source: string): readonly [string, string] {
  const reason = "its user name or its password holds a percent sign that encodes nothing (% is written %25)";
  const [name, secret] = [username, password].map(decodePercents);
  if (name === undefined || secret === undefined) throw invalid(source, reason);
  return [name, secret];
}

function readCredentials(userinfo: Userinfo, source: string): string {
  const [name, secret] = decoded(userinfo, source);
  try {
    return basicAuthorization(name, secret);
  } catch {
    throw invalid(
      source,
      "its user name holds a colon, or its credentials a control character (RFC 7617 §2)",
    );
  }
}

/** The entry of NO_PROXY that names the target, if one does. */
function findException({ host, port }: ProxyQuestion["target"], list: string): string | undefined {
  return list.split(/[\s,]+/).find((entry) => entry === "*" || matches(entry, host, port));
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry.includes("/")) return inNetwork(entry, host);
  if (isIP(entry) !== 0) return sameAddress(entry, host);
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) {
    return (
      sameAddress(bracketed[1] ?? "", host) && (bracketed[2] === undefined || Number(bracketed[2]) === port)
    );
  }
  const [name = "", entryPort] = entry.split(":");
  if (entryPort !== undefined && Number(entryPort) !== port) return false;
  if (isIP(name) !== 0) return sameAddress(name, host);
  const suffix = name
    .toLowerCase()
    .replace(/^\*?\./, "")
    .replace(/\.$/, "");
  return suffix !== "" && isIP(host) === 0 && (host === suffix || host.endsWith(`.${suffix}`));
}

/** Of a name, or of the other family, nothing is in the list. */
function sameAddress(address: string, host: string): boolean {
  const family = familyOf(address);
  if (family === undefined) return false;
  const list = new BlockList();
  list.addAddress(address, family);
  return list.check(host, family);
}

function inNetwork(entry: string, host: string): boolean {
  const [network = "", prefix = ""] = entry.split("/");
  const family = familyOf(network);
  const most = family === "ipv4" ? 32 : 128;
  if (family === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > most) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(host, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}

function invalid(source: string, reason: string): HttpsError {
  return new HttpsError("proxy-url-invalid", { source, reason });
}

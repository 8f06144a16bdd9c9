/** What an example is made of: its request, its files, and text that is safe in each language. */
import {
  asGiven,
  listOf,
  longestTimerMs,
  needed,
  parseEndpoint,
  parseUrl,
  readOptions,
  text,
  wholeNumber,
  type Checks,
} from "../../core/index.ts";
import type { Certificate } from "../../x509/index.ts";
import type { DeviceProfile } from "../profile.ts";
import { type Identity, parseIdentity } from "./identity.ts";

/** What the example is for. */
export interface ExampleRequest {
  /** An `https:` URL, or any endpoint that begins with TLS (`mqtts://host`, `host:port`): that is connected to and verified. */
  readonly url: string;
  /** The CA certificates that the device is to believe. */
  readonly anchors: readonly Certificate[];
  /** `User-Agent`: who is asking. Default `meerkat-example/1.0`. */
  readonly agent?: string;
  /** How long one request may take. Default 15 s. */
  readonly timeoutMs?: number;
  /** A client certificate for mutual TLS, its own first. An example does not have the key: its README says where it goes. */
  readonly clientCertificates?: readonly Certificate[];
}

const exampleChecks: Checks<ExampleRequest> = {
  url: needed(text),
  anchors: needed(listOf(asGiven())),
  agent: text,
  timeoutMs: wholeNumber(1, longestTimerMs),
  clientCertificates: listOf(asGiven()),
};

/** What the templates work with. */
export interface Example {
  readonly profile: DeviceProfile;
  /** What comes after the handshake: a request, or a line that says that it was verified. */
  readonly speaks: "http" | "tls";
  readonly url: string;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** As it stands in the Host field: with the port when it is not 443. */
  readonly authority: string;
  /** Path and query; empty where no HTTP is spoken. */
  readonly target: string;
  readonly agent: string;
  readonly timeoutMs: number;
  readonly anchors: readonly Certificate[];
  readonly identity: Identity | undefined;
}

const defaultTimeoutMs = 15_000;

/**
 * The parts of the request. Throws a `RangeError` for what is not an endpoint that begins with TLS, or an agent that is
 * not a field value.
 */
export function parseExample(profile: DeviceProfile, request: ExampleRequest): Example {
  const read = readOptions(request, exampleChecks);
  const { agent = "meerkat-example/1.0", timeoutMs = defaultTimeoutMs, anchors, clientCertificates } = read;
  const reading = parseEndpoint(read.url);
  if (!reading.ok) throw new RangeError(reading.error.message);
  const { href: url, scheme, host, port, authority, startTls } = reading.endpoint;
  if (startTls !== undefined)
    throw new RangeError(`An example begins with TLS, and ${scheme}: begins in plain text (STARTTLS).`);
  const site = scheme === "https" ? parseUrl(url) : undefined;
  if (!isAgent(agent))
    throw new RangeError("The User-Agent has characters that a field cannot have (RFC 9110 §5.5).");
  return {
    profile,
    speaks: site === undefined ? "tls" : "http",
    url,
    host,
    port,
    authority,
    target: site?.ok === true ? site.target.path : "",
    agent,
    timeoutMs,
    anchors,
    identity: clientCertificates === undefined ? undefined : parseIdentity(clientCertificates),
  };
}

/** Whether it can be the value of `User-Agent`: printable ASCII with single spaces within. */
export function isAgent(agent: string): boolean {
  return /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(agent);
}

/** Text as a literal of JavaScript and Python. URLs and agents are printable ASCII: two characters need care. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** The same for C and C++, whose standard makes `??/` and its like into other characters (C17 §5.2.1.1). */
export function quoteC(text: string): string {
  return quote(text).replaceAll("??", String.raw`?\?`);
}

/** Whole seconds, one at least. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

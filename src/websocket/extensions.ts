/**
 * What is offered of permessage-deflate, and what a server may make of it: RFC 6455 §9.1, RFC 7692 §5 to §7.1. No other extension
 * is known here.
 */
import { TextReader } from "../http1/index.ts";

/** What a client offers. */
export interface DeflateOffer {
  /** The server is to compress each message by itself (§7.1.1.1). */
  readonly serverNoContextTakeover: boolean;
  /** The client compresses each message by itself (§7.1.1.2). */
  readonly clientNoContextTakeover: boolean;
  /** The largest window that the server may use, 8 to 15 (§7.1.2.1); `undefined` where that is its affair. */
  readonly serverMaxWindowBits: number | undefined;
  /** The largest window that the client uses (§7.1.2.2). */
  readonly clientMaxWindowBits: number | undefined;
}

/** How messages are compressed. */
export interface DeflateAgreed {
  readonly serverKeepsContext: boolean;
  readonly clientKeepsContext: boolean;
  readonly serverWindowBits: number;
  readonly clientWindowBits: number;
}

export type ExtensionsRead =
  | { readonly ok: true; readonly deflate: DeflateAgreed | undefined }
  | { readonly ok: false; readonly reason: string };

const extensionName = "permessage-deflate";
const largestBits = 15;

/** The value of Sec-WebSocket-Extensions that offers it. */
export function renderOffer(offer: DeflateOffer): string {
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    offer;
  return [
    extensionName,
    ...(serverNoContextTakeover ? ["server_no_context_takeover"] : []),
    ...(clientNoContextTakeover ? ["client_no_context_takeover"] : []),
    ...(serverMaxWindowBits === undefined ? [] : [`server_max_window_bits=${serverMaxWindowBits}`]),
    // Without a value it says that the server may choose one (§7.1.2.2).
    clientMaxWindowBits === undefined
      ? "client_max_window_bits"
      : `client_max_window_bits=${clientMaxWindowBits}`,
  ].join("; ");
}

/** What a server's Sec-WebSocket-Extensions agrees on: its values, in order. A client fails the handshake where it may not be (§7.1). */
export function readExtensions(values: readonly string[], offer: DeflateOffer | undefined): ExtensionsRead {
  if (values.length === 0) return { ok: true, deflate: undefined };
  const named = parseExtensions(values.join(", "));
  if (named === undefined) return refused("its Sec-WebSocket-Extensions cannot be read");
  const [first, ...more] = named;
  if (first === undefined) return { ok: true, deflate: undefined };
  if (offer === undefined) return refused("it names extensions, and none was offered");
  const other = named.find(({ name }) => name !== extensionName);
  if (other !== undefined) return refused("it names an extension that was not offered");
  if (more.length > 0) return refused(`it names ${extensionName} twice`);
  return readDeflate(first.params, offer);
}

interface Extension {
  readonly name: string;
  readonly params: readonly (readonly [name: string, value: string | undefined])[];
}

/** RFC 6455 §9.1; `undefined` where it does not follow the grammar. Empty elements of a list are nothing (RFC 9110 §5.6.1). */
function parseExtensions(value: string): readonly Extension[] | undefined {
  const reader = new TextReader(value);
  const found: Extension[] = [];
  for (reader.skipWhite(","); !reader.atEnd; reader.skipWhite(",")) {
    const extension = readExtension(reader);
    if (extension === undefined) return undefined;
    found.push(extension);
    reader.skipWhite();
    if (!reader.atEnd && !reader.isNext(",")) return undefined;
  }
  return found;
}

function readExtension(reader: TextReader): Extension | undefined {
  const name = reader.readToken();
  if (name === undefined) return undefined;
  const params: (readonly [string, string | undefined])[] = [];
  for (reader.skipWhite(); reader.take(";"); reader.skipWhite()) {
    reader.skipWhite();
    const param = reader.readToken();
    if (param === undefined) return undefined;
    reader.skipWhite();
    if (!reader.take("=")) {
      params.push([param, undefined]);
      continue;
    }
    reader.skipWhite();
    const value = reader.readTokenOrQuoted();
    if (value === undefined) return undefined;
    params.push([param, value]);
  }
  return { name, params };
}

/** §7.1: each parameter once, with a value that it may have, and none that was not asked for where it has to be. */
function readDeflate(params: Extension["params"], offer: DeflateOffer): ExtensionsRead {
  const values = new Map(params);
  if (values.size < params.length) return refused("it names a parameter of permessage-deflate twice");
  for (const [name, value] of params) {
    const reason = checkParam(name, value, offer);
    if (reason !== undefined) return refused(reason);
  }
  const bitsOf = (name: string): number => Number(values.get(name) ?? largestBits);
  const deflate = {
    serverKeepsContext: !values.has("server_no_context_takeover"),
    // What was offered holds, whether or not the server repeats it (§7.1.1.2).
    clientKeepsContext: !values.has("client_no_context_takeover") && !offer.clientNoContextTakeover,
    serverWindowBits: bitsOf("server_max_window_bits"),
    clientWindowBits: Math.min(bitsOf("client_max_window_bits"), offer.clientMaxWindowBits ?? largestBits),
  };
  return { ok: true, deflate };
}

function checkParam(name: string, value: string | undefined, offer: DeflateOffer): string | undefined {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === undefined ? undefined : `it gives ${name} a value`;
    case "server_max_window_bits":
      return checkBits(name, value, offer.serverMaxWindowBits ?? largestBits);
    case "client_max_window_bits":
      return checkBits(name, value, offer.clientMaxWindowBits ?? largestBits);
    default:
      return "it names a parameter that permessage-deflate does not have";
  }
}

/** §7.1.2: a number from 8 to 15 without leading zeros, no larger than what was offered. */
function checkBits(name: string, value: string | undefined, most: number): string | undefined {
  if (value === undefined || !/^(?:[89]|1[0-5])$/.test(value))
    return `its ${name} is not a number from 8 to 15`;
  return Number(value) <= most ? undefined : `its ${name} is larger than what was offered`;
}

function refused(reason: string): ExtensionsRead {
  return { ok: false, reason };
}

/** The connection over a link: ALPN says which version of HTTP is spoken (RFC 7301). What speaks HTTP/2 is loaded when it is needed. */
import { HttpsError } from "../../core/index.ts";
import type { Link } from "../../net/index.ts";
import { runtimeHere } from "../../runtime/index.ts";
import { laterRemedy, latePart, whyNotThere } from "../late-part.ts";
import type { Protocol, Spoken } from "../options/protocol.ts";
import type { ConnectionOptions, ConnectionOwner } from "./connection-owner.ts";
import { Connection } from "./connection.ts";
import type { Http2Connection } from "./http2-connection.ts";
import type { PooledConnection } from "./pooled-connection.ts";

/** Makes a connection of a link that is there. */
export type Speak = (
  link: Link,
  owner: ConnectionOwner<PooledConnection>,
  /** Requests at once that the server takes, until it has said how many. */
  assumedStreams: number,
) => PooledConnection;

let Http2: typeof Http2Connection | undefined;
/** It was needed, and not there. */
let isAwaited = false;

async function loadHttp2(): Promise<typeof Http2Connection | undefined> {
  Http2 ??= await latePart(async () => (await import("./http2-connection.ts")).Http2Connection);
  isAwaited = Http2 === undefined;
  return Http2;
}

/** What can be asked for: HTTP/1.1 alone, where what speaks HTTP/2 was needed before and is not there yet. */
export async function askable(protocol: Protocol): Promise<Protocol> {
  return protocol === "auto" && isAwaited && (await loadHttp2()) === undefined ? "http/1.1" : protocol;
}

/** How a link is spoken on. @throws HttpsError `http2-not-chosen`; `runtime-unfit` where what speaks HTTP/2 is not there */
export async function speakOver(link: Link, protocol: Protocol, options: ConnectionOptions): Promise<Speak> {
  if (spokenOver(link, protocol) === "http/1.1")
    return (given, owner) => new Connection(given, owner, options);
  const Made = Http2 ?? (await loadHttp2());
  if (Made === undefined)
    throw new HttpsError("runtime-unfit", {
      runtime: runtimeHere.name,
      reason: whyNotThere("what speaks HTTP/2"),
      instead: `${laterRemedy} Or ask for HTTP/1.1 (protocol: "http/1.1").`,
    });
  return (given, owner, assumedStreams) => new Made(given, owner, { ...options, assumedStreams });
}

/** Without TLS there is nothing that could be agreed on: RFC 9113 §3.3 has the client know before. */
function spokenOver({ facts, trust: { host } }: Link, protocol: Protocol): Spoken {
  const isPlain = facts.protocol === undefined;
  if (facts.alpn === "h2" || (isPlain && protocol === "h2")) return "h2";
  if (protocol !== "h2") return "http/1.1";
  throw new HttpsError("http2-not-chosen", { host, selected: facts.alpn });
}

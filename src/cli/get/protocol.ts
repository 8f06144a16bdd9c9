/** Which version of HTTP is asked for by flags, and in words which was spoken and why not the other. */
import type { ClientOptions, Response } from "../../client/index.ts";
import { showControls } from "../../core/index.ts";
import { CommandError } from "../frame/failure.ts";
import type { GetFlags } from "./flags/table.ts";

type ProtocolFlag = "--http1.1" | "--http2" | "--http2-only" | "--http2-prior-knowledge";
type ProtocolFlags = Pick<GetFlags, "http1.1" | "http2" | "http2Only" | "http2PriorKnowledge" | "alpn">;

/** The one that was typed. @throws CommandError for several, where --http2-only, which curl does not have, is one of them */
export function protocolFlag(flags: ProtocolFlags): ProtocolFlag | undefined {
  const typed = (
    [
      ["--http1.1", flags["http1.1"]],
      ["--http2", flags.http2],
      ["--http2-only", flags.http2Only],
      ["--http2-prior-knowledge", flags.http2PriorKnowledge],
    ] as const
  ).filter(([, isTyped]) => isTyped === true);
  const [first, second] = typed;
  if (first !== undefined && second !== undefined)
    throw new CommandError(`${first[0]} and ${second[0]} cannot stand together.`, {
      hint: "Leave one of them out; without any, an https:// server chooses.",
    });
  return first?.[0];
}

/** curl(1): --http2 lets the server choose, and so does --http2-prior-knowledge over TLS. */
export function protocolAsked(flags: ProtocolFlags, url: string): NonNullable<ClientOptions["protocol"]> {
  // Without ALPN no server chooses HTTP/2.
  if (flags.alpn === false) return "http/1.1";
  switch (protocolFlag(flags)) {
    case "--http1.1":
      return "http/1.1";
    case "--http2-only":
      return "h2";
    case "--http2-prior-knowledge":
      return isSecure(url) ? "auto" : "h2";
    case "--http2":
    case undefined:
      return "auto";
  }
}

type Answered = Pick<Response, "url" | "httpVersion"> & {
  readonly connection: Pick<Response["connection"], "alpn" | "protocol">;
  readonly attempts: readonly { readonly retried: string | undefined }[];
};

/** Which version was spoken for an answer, and why. */
export function explainProtocol(
  { httpVersion, connection, attempts }: Answered,
  flags: ProtocolFlags,
  url: string,
): string {
  const { alpn, protocol } = connection;
  const flag = protocolFlag(flags);
  const isPlain = protocol === undefined;
  const isOnly = protocolAsked(flags, url) === "h2";
  if (httpVersion === "2") {
    if (isPlain) return `HTTP/2: asked for by ${flag}, without asking the server (prior knowledge)`;
    return isOnly
      ? `HTTP/2: asked for by ${flag}, and the server chose h2 (ALPN)`
      : "HTTP/2: the server chose h2 of h2, http/1.1 (ALPN)";
  }
  if (flag === "--http1.1" || flags.alpn === false) return "HTTP/1.1: asked for by --http1.1";
  if (isPlain) return "HTTP/1.1: http:// has no ALPN, by which a server chooses HTTP/2";
  if (attempts.some(({ retried }) => retried?.endsWith("by HTTP/1.1") === true))
    return "HTTP/1.1: the server wants this request by it (HTTP_1_1_REQUIRED)";
  return alpn === undefined
    ? "HTTP/1.1: the server did not answer the offer of h2, http/1.1 (ALPN)"
    : `HTTP/1.1: the server chose ${showControls(alpn)} of h2, http/1.1 (ALPN)`;
}

function isSecure(url: string): boolean {
  return /^https:/i.test(url);
}

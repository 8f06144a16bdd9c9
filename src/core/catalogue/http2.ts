/** Codes of HTTP/2: which rule the server broke, what it said when it ended a stream or the connection, and what it speaks instead. */
import { count } from "./http.ts";
import type { Entries } from "./entry.ts";
import { bracketed, type SettingNames } from "./setting-names.ts";

/** Where a rule of frames or of the connection was broken. */
export interface Http2Violation {
  /** The rule, as words that finish "it breaks the rule that ...". */
  readonly rule: string;
  /** `RFC 9113 §6.9.1` */
  readonly section: string;
  /** What the server is told (RFC 9113 §7): `FLOW_CONTROL_ERROR`. */
  readonly errorCode: string;
  /** The type of the frame: `WINDOW_UPDATE`. */
  readonly frame: string;
  /** 0: the connection itself. */
  readonly stream: number;
}

export interface Http2Details {
  readonly "http2-protocol-broken": Http2Violation;
  readonly "http2-message-malformed": {
    readonly stream: number;
    readonly part: "head" | "body" | "trailers";
    readonly rule: string;
    readonly section: string;
    /** The name of the field concerned. */
    readonly field: string | undefined;
  };
  readonly "http2-flood": {
    /** Of what there was too much. */
    readonly budget: Http2Flood;
    /** The bound. */
    readonly value: number;
    /** What came. */
    readonly count: number;
  };
  readonly "http2-stream-reset": {
    readonly stream: number;
    /** By name (RFC 9113 §7), or as a number where the RFC has none. */
    readonly errorCode: string;
    readonly hasHead: boolean;
    /** Content that had come. */
    readonly receivedBytes: number;
    /** What Content-Length announced. */
    readonly expectedBytes: number | undefined;
  };
  readonly "http2-goaway": {
    readonly errorCode: string;
    /** The highest stream that the server did something with. */
    readonly lastStream: number;
    /** Its debug data, at most 256 bytes, as printable ASCII with `\xNN` for the rest. */
    readonly debug: string;
    /** Whether it may have done something with this request. */
    readonly isProcessed: boolean;
  };
  readonly "http2-not-chosen": {
    readonly host: string;
    /** What ALPN selected; `undefined` where the server did not answer it. */
    readonly selected: string | undefined;
  };
  readonly "http2-ping-unanswered": {
    readonly host: string;
    readonly limitMs: number;
  };
  readonly "http2-not-spoken": {
    /** Whether the server chose HTTP/2 (ALPN), or the caller took it to speak it (RFC 9113 §3.3). */
    readonly chosenBy: "server" | "caller";
    readonly speaks:
      "HTTP/1" | "HTML" | "SSH" | "SMTP or FTP" | "IMAP" | "POP3" | "TLS" | "HTTP/2" | "something else";
    /** The first bytes, at most 32, as printable ASCII with `\xNN` for the rest. */
    readonly firstBytes: string;
  };
}

export type Http2Flood =
  | "settings"
  | "ping"
  | "goaway"
  | "reset"
  | "empty-data"
  | "window-update"
  | "priority-and-unknown"
  | "continuation-frames"
  | "head-block-bytes"
  | "head-block-ms";

const floodWords: Readonly<Record<Http2Flood, string>> = {
  settings: "SETTINGS frames",
  ping: "PING frames",
  goaway: "GOAWAY frames",
  reset: "frames for streams that were over",
  "empty-data": "DATA frames without content",
  "window-update": "WINDOW_UPDATE frames",
  "priority-and-unknown": "PRIORITY frames, or frames of types that mean nothing to a client",
  "continuation-frames": "CONTINUATION frames of one header block",
  "head-block-bytes": "bytes of one header block",
  "head-block-ms": "milliseconds for one header block",
};

export const http2Entries: Entries<Http2Details> = {
  "http2-protocol-broken": {
    stage: "http",
    fault: "peer",
    title: "Server broke the rules of HTTP/2",
    means:
      "Both sides of a connection of HTTP/2 keep the same state. Where one breaks a rule, they do not agree any more, and nothing that follows can be trusted.",
    remedy: {
      client: ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}, if the server speaks it.`,
      server: "Fix or update the program that speaks HTTP/2 there; a proxy in front may be the one.",
    },
    authority: "RFC 9113 §5.4",
    sentence: ({ rule, section, errorCode, frame, stream }) =>
      `The server broke HTTP/2: a ${frame} frame ${stream === 0 ? "for the connection" : `for stream ${stream}`} breaks the rule that ${rule} (${section}, ${errorCode}).`,
  },
  "http2-message-malformed": {
    stage: "http",
    fault: "peer",
    title: "Malformed response over HTTP/2",
    means: "The frames were in order, and the message in them breaks a rule. Nothing of it is used.",
    remedy: {
      client: ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}, if the server speaks it.`,
      server: "Fix the program that makes the response, or the proxy that turned it into HTTP/2.",
    },
    authority: "RFC 9113 §8.1.1",
    sentence: ({ part, rule, section, field }) =>
      `The ${part === "trailers" ? "trailer section" : part} of the response over HTTP/2 breaks the rule that ${rule}${field === undefined ? "" : `, in ${JSON.stringify(field)}`} (${section}).`,
  },
  "http2-flood": {
    stage: "http",
    fault: "peer",
    title: "Flood of frames that bring nothing",
    means:
      "Frames that cost the receiver work and bring no answer further are bounded: floods of them are how connections of HTTP/2 are attacked.",
    remedy: {
      client: ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}, if you trust the server.`,
      server: "Find out why it sends so many; this ended the connection.",
    },
    authority: "RFC 9113 §10.5",
    sentence: ({ budget, value, count: came }) =>
      `The server sent too many ${floodWords[budget]}: ${came}, where ${value} are taken.`,
  },
  "http2-stream-reset": {
    stage: "http",
    fault: "peer",
    title: "Request reset by the server",
    means:
      "The server ended this one request, and left the connection as it is. What had come of a body is not the whole.",
    remedy: {
      client: adviseAgain,
      server: "Look in the log of the server, or of the application behind it, for a crash or a time limit.",
    },
    authority: "RFC 9113 §6.4, §7",
    sentence: ({ errorCode, hasHead, receivedBytes, expectedBytes }) =>
      hasHead
        ? `The server reset the request with ${errorCode} after ${expectedBytes === undefined ? count(receivedBytes, "byte") : `${receivedBytes} of ${count(expectedBytes, "byte")}`} of the body.`
        : `The server reset the request with ${errorCode}, before any answer.`,
    hint: ({ errorCode }, names) => (resetHints[errorCode] ?? adviseAgain)(names),
  },
  "http2-goaway": {
    stage: "http",
    fault: "peer",
    title: "Connection ended by the server (GOAWAY)",
    means:
      "GOAWAY says that the server takes no more requests on this connection, and up to which one it did something. Those behind it can be sent again without risk.",
    remedy: {
      client: "Send the request again on a new connection.",
      server: "Look in the server's log for what its error code and debug data name.",
    },
    authority: "RFC 9113 §6.8",
    sentence: ({ errorCode, debug, isProcessed }) =>
      `The server ended the connection (GOAWAY ${errorCode}${debug === "" ? "" : `, "${debug}"`}) ${isProcessed ? "before the answer was whole" : "and did nothing with this request"}.`,
    hint: ({ errorCode, isProcessed }, names) =>
      goawayHints[errorCode]?.(names) ??
      (isProcessed
        ? "Send the request again on a new connection if it is idempotent: the server may have done something with it."
        : "The server did nothing with it: send it again, later; it gets a new connection."),
  },
  "http2-not-spoken": {
    stage: "http",
    fault: "peer",
    title: "Server that does not speak the HTTP/2 it was to speak",
    means:
      "Over TLS the server chose h2 in the handshake (ALPN); in plain, HTTP/2 was spoken to it because the caller said that it understands it. What it sent is another protocol.",
    remedy: {
      client: ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}.`,
      server: "Take h2 out of the protocols offered by ALPN, or put a program there that speaks it.",
    },
    authority: "RFC 9113 §3.3, §3.4; RFC 7301 §3.2",
    sentence: ({ chosenBy, speaks, firstBytes }) =>
      `${chosenBy === "server" ? "The server agreed to HTTP/2 (ALPN) and" : "HTTP/2 was spoken to the server as one that is known to understand it, and it"} speaks ${speaks}: its first bytes are "${firstBytes}".`,
    hint: ({ chosenBy, speaks }, { http1 }) =>
      chosenBy === "caller" && speaks === "TLS"
        ? "The port speaks TLS: ask for the same with https."
        : chosenBy === "server" || speaks === "HTTP/1"
          ? `Ask for HTTP/1.1${bracketed(http1)}.`
          : "Check the host and port: what listens there is not a web server.",
  },
  "http2-not-chosen": {
    stage: "http",
    fault: "peer",
    title: "Server that did not choose HTTP/2",
    means:
      "HTTP/2 alone was asked for. Over TLS a server says by ALPN that it speaks it, and this one did not; nothing was sent to it.",
    remedy: {
      client: ({ eitherHttp }) =>
        `Let the server choose${bracketed(eitherHttp)}: HTTP/2 where it speaks it, HTTP/1.1 elsewhere.`,
      server: "Add h2 to the protocols that it offers by ALPN.",
    },
    authority: "RFC 9113 §3.2; RFC 7301 §3.2",
    sentence: ({ host, selected }) =>
      `${host} does not speak HTTP/2: ${selected === undefined ? "it did not answer the offer (ALPN) in the handshake" : `it chose ${selected} (ALPN)`}.`,
  },
  "http2-ping-unanswered": {
    stage: "http",
    fault: "network",
    title: "Connection on which nothing comes back",
    means:
      "Nothing came for a while, and neither did the answer to a PING. The connection is given up with all its requests: a path that loses everything looks like a server that thinks.",
    remedy: {
      client: "Send the request again if it is idempotent; it gets a new connection.",
      server:
        "Look for what sits between: a firewall or NAT that forgets idle connections, or a server that was stopped without a word.",
    },
    authority: "RFC 9113 §6.7",
    sentence: ({ host, limitMs }) =>
      `Nothing comes from ${host} any more: it did not answer a PING within ${limitMs} ms.`,
  },
};

function adviseAgain({ http1 }: SettingNames): string {
  return `Send the request again if it is idempotent; where it comes back each time, ask for HTTP/1.1${bracketed(http1)}.`;
}

/** RFC 9113 §9.2. */
function adviseSecurity({ http1 }: SettingNames): string {
  return `The server wants a stronger TLS for HTTP/2: see which version and cipher were agreed on, or ask for HTTP/1.1${bracketed(http1)}.`;
}

function adviseOther({ http1 }: SettingNames): string {
  return `The server says that this client broke a rule of HTTP/2: ask for HTTP/1.1${bracketed(http1)}.`;
}

const goawayHints: Readonly<Partial<Record<string, (names: SettingNames) => string>>> = {
  ENHANCE_YOUR_CALM: () =>
    "Send fewer requests at once, and shorter fields: nginx says this of a head that is larger than it takes, too.",
  COMPRESSION_ERROR: () =>
    "Send fewer or shorter fields: Apache, and others that stand on nghttp2, say this of a head that is larger than they take.",
  HTTP_1_1_REQUIRED: ({ http1 }) => `Ask for HTTP/1.1${bracketed(http1)}.`,
  INADEQUATE_SECURITY: adviseSecurity,
  PROTOCOL_ERROR: adviseOther,
  FRAME_SIZE_ERROR: adviseOther,
  FLOW_CONTROL_ERROR: adviseOther,
};

const resetHints: Readonly<Partial<Record<string, (names: SettingNames) => string>>> = {
  REFUSED_STREAM: () =>
    "The server did nothing with it: send it again, later or with fewer requests at once.",
  HTTP_1_1_REQUIRED: ({ http1 }) =>
    `This resource is to be had by HTTP/1.1 alone: ask for that${bracketed(http1)}.`,
  ENHANCE_YOUR_CALM: () =>
    "Send fewer requests at once: the server takes these for too much load. Node's server says it, too, while a connection holds more than its maxSessionMemory (10 MB).",
  INADEQUATE_SECURITY: adviseSecurity,
};

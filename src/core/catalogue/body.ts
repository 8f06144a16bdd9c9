/** Codes of bodies: cut short, too long, or framed in a way that cannot be read. */
import {
  count,
  renderEnding,
  renderMalformation,
  renderOffset,
  renderPeerText,
  type Ending,
  type Malformation,
} from "./http.ts";
import type { Entries } from "./entry.ts";
import { adviseRaising, adviseTolerance } from "./setting-names.ts";

export interface BodyDetails {
  readonly "body-truncated": {
    /** `end-stream`: END_STREAM of HTTP/2 would have told the end. */
    readonly framing: "length" | "chunked" | "until-close" | "end-stream";
    /** Bytes announced; absent where only the sender knew. */
    readonly expectedBytes?: number;
    readonly receivedBytes: number;
    /** `end-stream`: the body itself ended, and the connection did not (HTTP/2). */
    readonly ending: Ending | "end-stream";
  };
  /** `receivedBytes` are those before the break; `reason` says of the answer what is wrong with it, as a clause. */
  readonly "resume-refused": {
    readonly receivedBytes: number;
    readonly status: number;
    readonly reason: string;
  };
  readonly "body-too-large": {
    /** What ended it: an option; or the memory, or the length of a string, that there is. */
    readonly limit: "bodyBytes" | "maxBodyBytes" | "recv_mbuf_limit" | "memory" | "string";
    /** The limit's value; for `memory`, the bytes that could not be allocated. */
    readonly value: number;
    /** Bytes announced, where Content-Length or a chunk size announced them. */
    readonly announcedBytes?: number;
  };
  readonly "chunk-malformed": Malformation;
  readonly "chunk-extensions-too-large": { readonly value: number; readonly offset: number };
  readonly "trailers-too-large": {
    readonly limit: "trailerBytes" | "lineBytes" | "fieldCount";
    readonly value: number;
    /** As in `head-too-large`. */
    readonly offset: number | undefined;
  };
  readonly "too-many-codings": { readonly codings: readonly string[]; readonly value: number };
  readonly "request-body-mismatch": { readonly declaredBytes: number; readonly sentBytes: number };
}

export const bodyEntries: Entries<BodyDetails> = {
  "body-truncated": {
    stage: "body",
    fault: "peer",
    title: "Body cut short",
    means:
      "The body ended, or its connection did, before all of it had come. What had come is incomplete, and is not passed off as the whole.",
    remedy: {
      client: "Ask again; for a download, continue it with a range.",
      server: "Look for a crash, a time limit, or a Content-Length that is too high.",
    },
    authority: "RFC 9112 §8, §6.3, §9.8; RFC 9113 §8.1.1",
    sentence: ({ framing, expectedBytes, receivedBytes, ending }) =>
      expectedBytes === undefined
        ? `The body broke off after ${count(receivedBytes, "byte")} (${renderBodyEnding(ending)})${framing === "chunked" ? ", before the end of its chunks" : ""}.`
        : `The body broke off after ${receivedBytes} of ${count(expectedBytes, "byte")} (${renderBodyEnding(ending)}).`,
    hint: truncationHint,
  },
  "resume-refused": {
    stage: "body",
    fault: "peer",
    title: "Rest of a body that is not its rest",
    means:
      "A body broke off, its rest was asked for (option resume), and the answer is not the rest of the same representation: it was changed meanwhile, or the server does not keep to what was asked. Nothing of that answer was given out.",
    remedy: {
      client: "Ask anew from the beginning, and drop what had come.",
      server:
        "Answer Range with If-Range by 206 and the part that was asked for, with the same ETag; or say Accept-Ranges: none.",
    },
    authority: "RFC 9110 §13.1.5, §14.4, §15.3.7",
    sentence: ({ receivedBytes, reason }) =>
      `The body broke off after ${count(receivedBytes, "byte")}, and what the server gave for the rest cannot go behind them: ${reason}.`,
  },
  "body-too-large": {
    stage: "body",
    fault: "caller",
    title: "Body over its limit",
    means: "The body is longer than the limit that was set for it, or than what can be held at once.",
    remedy: { client: "Raise the limit that the message names, or read the body as a stream." },
    authority: "our policy: everything is bounded",
    sentence: ({ limit, value, announcedBytes }) => {
      if (limit === "memory")
        return `There was no memory to hold the body: ${value} bytes could not be allocated.`;
      if (limit === "string")
        return `The body is longer, as text, than a string can be (${value} characters).`;
      return announcedBytes === undefined
        ? `The body goes past the limit ${limit} (${value}).`
        : `The body has ${announcedBytes} bytes, past the limit ${limit} (${value}).`;
    },
    hint: ({ limit }, { bodyBytes, heldBytes }) =>
      limit === "memory" || limit === "string"
        ? "Read the body as a stream."
        : adviseRaising(limit === "bodyBytes" ? bodyBytes : heldBytes, {
            when: "if you mean to receive this much, or read the body as a stream",
          }),
  },
  "chunk-malformed": {
    stage: "body",
    fault: "peer",
    title: "Malformed chunk",
    means: "Where the content of the body ends cannot be known.",
    remedy: { server: "Fix the program that writes the chunks." },
    authority: "RFC 9112 §7.1",
    sentence: (detail) => `A chunk is malformed: ${renderMalformation(detail)}.`,
    hint: adviseTolerance,
  },
  "chunk-extensions-too-large": {
    stage: "body",
    fault: "peer",
    title: "Chunk extensions over their limit",
    means:
      "Extensions carry nothing that is used, and cost the reader time: their sum over the body is bounded.",
    remedy: {
      client: ({ chunkExtensionBytes }) =>
        adviseRaising(chunkExtensionBytes, { when: "if the server is known" }),
      server: "Send no chunk extensions.",
    },
    authority: "RFC 9112 §7.1.1",
    sentence: ({ value, offset }) =>
      `The chunk extensions go past the limit chunkExtensionBytes (${value}) at byte ${offset}.`,
  },
  "trailers-too-large": {
    stage: "body",
    fault: "peer",
    title: "Trailers over their limit",
    means: "Trailer fields are held in memory, so their size is bounded.",
    remedy: {
      client: "Raise the limit named, if the server is known.",
      server: "Send fewer or shorter trailers.",
    },
    authority: "RFC 9110 §6.5; our policy: everything is bounded",
    sentence: ({ limit, value, offset }) =>
      `The trailers go past the limit ${limit} (${value})${renderOffset(offset)}.`,
    hint: ({ limit }, names) =>
      adviseRaising(names[limit], { when: "if this server is known to send so much" }),
  },
  "too-many-codings": {
    stage: "body",
    fault: "peer",
    title: "Body coded too many times",
    means: "Each content coding multiplies the work of decoding; more than a few have no honest use.",
    remedy: { client: "Ask for no coding (Accept-Encoding: identity).", server: "Apply one content coding." },
    authority: "RFC 9110 §8.4; our policy: everything is bounded",
    sentence: ({ codings, value }) =>
      `The content-encoding field names ${codings.length} codings (${codings.slice(0, 8).map(renderPeerText).join(", ")}), past the limit of ${value}.`,
  },
  "request-body-mismatch": {
    stage: "body",
    fault: "caller",
    title: "Request body of another length than announced",
    means:
      "The head announced a Content-Length, and the body given has another. The connection cannot be used any more.",
    remedy: { client: "Leave Content-Length out: Meerkat counts the body, or sends it chunked." },
    authority: "RFC 9112 §6.2; RFC 9110 §8.6",
    sentence: ({ declaredBytes, sentBytes }) =>
      `The request announced a body of ${count(declaredBytes, "byte")}, and ${sentBytes} were given.`,
  },
};

function renderBodyEnding(ending: BodyDetails["body-truncated"]["ending"]): string {
  return ending === "end-stream" ? "END_STREAM" : renderEnding(ending);
}

function truncationHint({ framing, ending }: BodyDetails["body-truncated"]): string {
  switch (framing) {
    case "length":
      return "Ask again; if it breaks off at the same place, the server announces more than it sends.";
    case "end-stream":
      return "Ask again; if it breaks off at the same place, look in the server's log, or in that of the proxy in front.";
    case "chunked":
      return "Ask again; if it breaks off at the same place, the server stops before the last chunk and its empty line, which end the body.";
    case "until-close":
      return ending === "reset"
        ? "Ask again; only an orderly end of the connection marks the end of this body, and a reset is not one."
        : "Ask again; if it ends so each time, the server closes TLS without close_notify, so it cannot be told whether this is all.";
  }
}

/** Codes of connections that carry more than one request and its reply: WebSocket, and what waits to be sent. */
import { renderEnding, type Ending } from "./http.ts";
import type { Entries } from "./entry.ts";
import { adviseRaising, bracketed } from "./setting-names.ts";

export interface MessagingDetails {
  /** `status`: what was answered, where it is known. */
  readonly "websocket-refused": { readonly host: string; readonly reason: string; readonly status?: number };
  readonly "websocket-malformed": {
    readonly host: string;
    readonly reason: string;
    readonly closeCode: number;
  };
  readonly "websocket-too-large": { readonly host: string; readonly value: number };
  /** `silence`: no ping was answered; `unanswered-close`: our Close frame was not. */
  readonly "websocket-cut": {
    readonly host: string;
    readonly ending: Ending | "silence" | "unanswered-close";
  };
  readonly "send-buffer-full": { readonly host: string; readonly value: number };
}

export const messagingEntries: Entries<MessagingDetails> = {
  "websocket-refused": {
    stage: "http",
    fault: "peer",
    title: "WebSocket handshake that was not accepted",
    means:
      "The server did not switch to WebSocket, or not as one that had understood the request: it wants credentials or another URL, what stands there is not a WebSocket server, or a cache answered in its place.",
    remedy: {
      client: "Check the URL's path and the credentials.",
      server: "Answer the handshake with 101 and the Sec-WebSocket-Accept that its key asks for.",
    },
    authority: "RFC 6455 §4.1",
    sentence: ({ host, reason, status }) =>
      status === 101
        ? `${host} switched to WebSocket in a way that cannot be accepted: ${reason}.`
        : `${host} did not switch to WebSocket: ${reason}.`,
  },
  "websocket-malformed": {
    stage: "body",
    fault: "peer",
    title: "WebSocket frame that breaks a rule",
    means: "The server sent a frame that the protocol does not allow, so nothing after it can be read.",
    remedy: { server: "Send frames as the protocol requires." },
    authority: "RFC 6455 §5, §7.1.7",
    sentence: ({ host, reason, closeCode }) =>
      `${host} broke the WebSocket protocol: ${reason}. It was told so with the code ${closeCode}.`,
  },
  "websocket-too-large": {
    stage: "body",
    fault: "peer",
    title: "WebSocket message past its limit",
    means: "A message was larger than what may be held at once.",
    remedy: {
      client: ({ fragments }) =>
        `Raise the limit on what is held, or take the fragments one by one${bracketed(fragments)}.`,
      server: "Send smaller messages.",
    },
    authority: "RFC 6455 §10.4; our policy: everything is bounded",
    sentence: ({ host, value }) => `${host} sent a WebSocket message of more than ${value} bytes.`,
    hint: ({ value }, { heldBytes, fragments }) =>
      adviseRaising(heldBytes, {
        now: `${value} bytes`,
        when: `or take the fragments one by one${bracketed(fragments)}`,
      }),
  },
  "websocket-cut": {
    stage: "body",
    fault: "peer",
    title: "WebSocket that ended without a Close",
    means:
      "The connection ended, or fell silent, without the Close frame that ends a WebSocket; messages may be missing.",
    remedy: {
      client: "Connect again, and ask for what may have been missed.",
      server:
        "Send a Close frame before the connection is closed; check the time-outs of proxies in between.",
    },
    authority: "RFC 6455 §7.1.5 (1006)",
    sentence: ({ host, ending }) =>
      `The WebSocket to ${host} ended without a Close frame (${renderCut(ending)}).`,
  },
  "send-buffer-full": {
    stage: "body",
    fault: "caller",
    title: "More to send than the buffer holds",
    means: "Data was sent faster than the network takes it, until the buffer for it was full.",
    remedy: { client: ({ sentEvent }) => adviseSlower(sentEvent) },
    authority: "our policy: everything is bounded",
    sentence: ({ host, value }) => `More than ${value} bytes wait to be sent to ${host}.`,
  },
};

function renderCut(ending: MessagingDetails["websocket-cut"]["ending"]): string {
  if (ending === "silence") return "no answer to any ping";
  return ending === "unanswered-close" ? "no answer to the Close frame that was sent" : renderEnding(ending);
}

function adviseSlower(sentEvent: string | undefined): string {
  return `Send the next part when the one before has gone out${bracketed(sentEvent)}.`;
}

/** What undici and the `fetch` made of it say. The reason is in `error.cause`. */
import type { ForeignProgram } from "./foreign-program.ts";

export const undici: ForeignProgram = {
  name: "undici",
  spoken: [],
  errors: [
    {
      names: ["fetch failed", "TypeError: fetch failed", "Failed to fetch"],
      codes: [
        "name-not-found",
        "connect-failed",
        "handshake-closed",
        "missing-intermediate",
        "untrusted-root",
        "empty-response",
      ],
      says: "Any failure before the answer; `error.cause` has the code.",
    },
    {
      names: ["UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error", "ConnectTimeoutError"],
      codes: ["connect-timeout", "tls-timeout", "dns-timeout"],
      says: "No connection within 10 seconds: name, TCP and TLS together.",
    },
    {
      names: ["UND_ERR_HEADERS_TIMEOUT", "Headers Timeout Error", "HeadersTimeoutError"],
      codes: ["head-timeout"],
      says: "No response head within 300 seconds.",
    },
    {
      names: ["UND_ERR_BODY_TIMEOUT", "Body Timeout Error", "BodyTimeoutError"],
      codes: ["body-timeout"],
      says: "The body stopped coming for 300 seconds.",
    },
    {
      names: ["UND_ERR_SOCKET", "SocketError", "other side closed"],
      codes: ["empty-response", "head-truncated", "body-truncated"],
      says: "The other side closed the connection before the answer was complete.",
    },
    {
      names: ["terminated", "TypeError: terminated"],
      codes: ["body-truncated", "body-timeout", "aborted"],
      says: "The body broke off while it was read; `error.cause` says how.",
    },
    {
      names: ["UND_ERR_HEADERS_OVERFLOW"],
      codes: ["head-too-large"],
      says: "The response head is over its limit.",
    },
    {
      names: [
        "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
        "Request body length does not match content-length header",
      ],
      codes: ["request-body-mismatch"],
      says: "The body is not as long as its Content-Length.",
    },
    {
      names: [
        "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
        "Response body length does not match content-length header",
      ],
      codes: ["body-truncated", "conflicting-lengths"],
      says: "The answer's body is not as long as its Content-Length, or has two.",
    },
    {
      names: ["UND_ERR_RES_EXCEEDED_MAX_SIZE"],
      codes: ["body-too-large"],
      says: "The body is over maxResponseSize.",
    },
    {
      names: ["UND_ERR_RESPONSE_STATUS_CODE", "UND_ERR_RESPONSE"],
      codes: ["status-error"],
      says: "With throwOnError: the status is 400 or above.",
    },
    {
      names: ["UND_ERR_INVALID_ARG"],
      codes: ["option-invalid"],
      says: "An argument has a value it cannot have.",
    },
    {
      names: ["UND_ERR_NOT_SUPPORTED"],
      codes: ["option-unknown", "request-field-invalid"],
      says: "Something that undici does not do was asked for.",
    },
    {
      names: ["UND_ERR_ABORTED", "Request aborted"],
      codes: ["aborted"],
      says: "The caller ended it, or a proxy opened no tunnel.",
    },
    {
      names: ["Proxy response !== 200 when HTTP Tunneling", "Request was cancelled"],
      codes: ["proxy-refused", "proxy-authentication-required"],
      says: "The proxy opened no tunnel.",
    },
    {
      names: ["UND_ERR_DESTROYED", "UND_ERR_CLOSED"],
      codes: ["client-closed"],
      says: "The client was closed or destroyed.",
    },
    {
      names: ["UND_ERR_INFO"],
      codes: ["empty-response"],
      says: "A connection was let go for a reason that was only informational.",
    },
    {
      names: ["HTTPParserError"],
      codes: ["not-http", "status-line-malformed", "field-malformed", "chunk-malformed"],
      says: "The answer breaks a rule of HTTP/1.1.",
    },
    {
      names: ["redirect count exceeded"],
      codes: ["too-many-redirects", "redirect-loop"],
      says: "More than 20 redirects.",
    },
    {
      names: ["Body is unusable", "Body has already been read"],
      codes: ["body-already-read"],
      says: "A body can be read once.",
    },
    {
      names: ["is not valid JSON", "Unexpected end of JSON input"],
      codes: ["body-not-json"],
      says: "The body that was read as JSON is something else, often an HTML page.",
    },
  ],
};

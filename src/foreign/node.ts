/** Node's own codes of TLS, DNS, TCP and HTTP. Node passes OpenSSL's results of verification on under OpenSSL's names. */
import type { ForeignProgram } from "./foreign-program.ts";

export const node: ForeignProgram = {
  name: "Node",
  spoken: [],
  errors: [
    {
      names: ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"],
      codes: ["wrong-host", "no-names"],
      says: "None of the certificate's alternative names is the host that was asked for.",
    },
    {
      names: ["ERR_TLS_CERT_ALTNAME_FORMAT"],
      codes: ["malformed-certificate"],
      says: "The certificate's alternative names cannot be told apart.",
    },
    {
      names: ["ERR_TLS_HANDSHAKE_TIMEOUT"],
      codes: ["tls-timeout"],
      says: "The TLS handshake took too long.",
    },
    {
      names: ["ENOTFOUND", "getaddrinfo ENOTFOUND", "EAI_NONAME"],
      codes: ["name-not-found"],
      says: "The name has no address, as far as the resolver knows.",
    },
    {
      names: ["EAI_AGAIN", "getaddrinfo EAI_AGAIN"],
      codes: ["dns-failed"],
      says: "The resolver did not answer, or asked to try again.",
    },
    {
      names: ["ENODATA", "queryA ENODATA"],
      codes: ["name-not-found"],
      says: "The name exists and has no record of the kind asked for.",
    },
    {
      names: ["ECONNREFUSED", "connect ECONNREFUSED"],
      codes: ["connection-refused", "proxy-unreachable"],
      says: "Nothing listens on that port, or a firewall says so.",
    },
    {
      names: ["EHOSTUNREACH", "ENETUNREACH"],
      codes: ["unreachable"],
      says: "There is no route to the host or the network.",
    },
    {
      names: ["ETIMEDOUT", "connect ETIMEDOUT"],
      codes: ["connect-timeout", "connect-failed"],
      says: "The TCP connection was not answered. Node gives each address 250 ms when a name has several.",
    },
    {
      names: ["ECONNRESET", "read ECONNRESET"],
      codes: ["handshake-reset", "handshake-closed", "empty-response", "head-truncated", "body-truncated"],
      says: "The other side, or something between, ended the connection.",
    },
    {
      names: ["EPIPE", "write EPIPE"],
      codes: ["handshake-closed", "empty-response", "request-body-failed"],
      says: "Something was written to a connection that the other side had closed.",
    },
    {
      names: ["socket hang up"],
      codes: ["empty-response", "head-truncated"],
      says: "The connection ended before an answer was complete; often a kept connection that the server had just closed.",
    },
    {
      names: ["Client network socket disconnected before secure TLS connection was established"],
      codes: ["handshake-closed"],
      says: "The connection ended during the TLS handshake: a proxy, a firewall, or a port that does not speak TLS.",
    },
    {
      names: ["EPROTO", "write EPROTO"],
      codes: ["not-tls", "tls-version", "tls-alert", "tls-failed"],
      says: "OpenSSL ended the handshake. The words behind it say why.",
    },
    {
      names: ["AggregateError"],
      codes: ["connect-failed"],
      says: 'Every address of the host failed; its "errors" say how.',
    },
    {
      names: ["HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"],
      codes: ["not-http", "status-line-malformed"],
      says: "The answer does not begin as HTTP/1.1 does.",
    },
    {
      names: [
        "HPE_INVALID_HEADER_TOKEN",
        "HPE_CR_EXPECTED",
        "HPE_LF_EXPECTED",
        "Parse Error: Invalid header value char",
      ],
      codes: ["field-malformed"],
      says: "A header line has a character that must not be there.",
    },
    {
      names: ["HPE_HEADER_OVERFLOW"],
      codes: ["head-too-large"],
      says: "The response head is larger than --max-http-header-size.",
    },
    {
      names: ["HPE_INVALID_CONTENT_LENGTH", "HPE_UNEXPECTED_CONTENT_LENGTH"],
      codes: ["content-length-malformed", "conflicting-lengths", "length-and-transfer-coding"],
      says: "Content-Length is not a number, comes twice, or stands beside Transfer-Encoding.",
    },
    {
      names: ["HPE_INVALID_TRANSFER_ENCODING"],
      codes: ["transfer-coding-refused"],
      says: "Transfer-Encoding does not end in chunked.",
    },
    {
      names: ["HPE_INVALID_CHUNK_SIZE"],
      codes: ["chunk-malformed"],
      says: "A chunk's size is not hexadecimal.",
    },
    {
      names: [
        "HPE_INVALID_EOF_STATE",
        "ERR_STREAM_PREMATURE_CLOSE",
        "Premature close",
        "aborted error: aborted",
      ],
      codes: ["body-truncated", "head-truncated"],
      says: "The connection ended in the middle of the answer.",
    },
    {
      names: ["ERR_INVALID_URL"],
      codes: ["url-malformed", "url-no-scheme", "url-bad-port"],
      says: "The URL cannot be read.",
    },
    {
      names: ["ERR_INVALID_PROTOCOL"],
      codes: ["url-unknown-scheme"],
      says: "The scheme does not suit the module: https with node:http, or the other way.",
    },
    {
      names: ["ERR_INVALID_CHAR", "ERR_INVALID_HTTP_TOKEN"],
      codes: ["request-field-invalid", "request-method-invalid"],
      says: "A header or the method of the request has a character that must not be sent.",
    },
    {
      names: ["ERR_UNESCAPED_CHARACTERS"],
      codes: ["request-target-invalid"],
      says: "The path of the request has characters that must be escaped.",
    },
    {
      names: ["ABORT_ERR", "AbortError", "This operation was aborted"],
      codes: ["aborted"],
      says: "The caller's signal ended it.",
    },
    {
      names: ["TimeoutError", "The operation was aborted due to timeout"],
      codes: ["total-timeout", "aborted"],
      says: "AbortSignal.timeout() ended it.",
    },
    {
      names: ["NODE_TLS_REJECT_UNAUTHORIZED"],
      codes: ["verification-disabled"],
      says: "Set to 0, it turns verification off for the whole process. Meerkat does not follow it.",
    },
    {
      names: ["NODE_EXTRA_CA_CERTS", "Ignoring extra certs from"],
      codes: ["setting-without-effect", "ca-file-unreadable"],
      says: "Node could not load the file of extra CA certificates, and goes on without it.",
    },
  ],
};

/**
 * What the program's exit code says: curl's numbers, because scripts know them (curl(1), EXIT CODES).
 *
 * The table is keyed by the catalogue's codes, so a new code does not compile until it has a number here.
 */
import type { Code } from "../core/index.ts";

/** Exit codes that stand for no code of the catalogue. */
export const exitCode = {
  ok: 0,
  /** A failure without a number of its own, and a bug of ours. */
  failed: 1,
  usage: 2,
  writeFailed: 23,
  readFailed: 26,
  untrusted: 60,
  /** 128 and the number of the signal, as a shell reports it. */
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code for each code of the catalogue. */
export const exitCodes: Readonly<Record<Code, number>> = {
  "url-no-scheme": 3,
  "url-unknown-scheme": 3,
  "url-bad-port": 3,
  "url-credentials": 3,
  "url-malformed": 3,
  "option-invalid": exitCode.usage,

  "ca-file-unreadable": 77,
  "ca-file-empty": 77,
  "ca-file-private-key": 77,
  "ca-file-only-leaf": 77,
  "ca-file-malformed": 77,
  "system-store-missing": 77,

  "name-not-found": 6,
  "dns-failed": 6,
  "connection-refused": 7,
  unreachable: 7,
  "connect-failed": 7,

  "tls-alert": 35,
  "not-tls": 35,
  "handshake-closed": 35,
  "handshake-reset": 35,
  "tls-version": 35,
  "legacy-renegotiation": 35,
  "weak-parameters": 35,
  "alpn-mismatch": 35,
  "tls-failed": 35,
  "client-certificate-required": 98,
  "client-certificate-unusable": 58,

  expired: exitCode.untrusted,
  "not-yet-valid": exitCode.untrusted,
  "wrong-host": exitCode.untrusted,
  "self-signed": exitCode.untrusted,
  "untrusted-root": exitCode.untrusted,
  "missing-intermediate": exitCode.untrusted,
  "certificate-refused": exitCode.untrusted,

  "request-method-invalid": exitCode.usage,
  "request-target-invalid": exitCode.usage,
  "request-field-invalid": exitCode.usage,
  "request-framing-invalid": exitCode.usage,
  "request-body-mismatch": exitCode.readFailed,

  "empty-response": 52,
  "not-http": 8,
  "head-truncated": 56,
  "http-version-unsupported": 8,
  "status-line-malformed": 8,
  "field-malformed": 8,
  "head-too-large": 100,
  "too-many-informational": 100,
  "content-length-malformed": 8,
  "conflicting-lengths": 8,
  "transfer-coding-refused": 8,
  "length-and-transfer-coding": 8,
  "conflicting-fields": 8,
  "unasked-upgrade": 8,
  "unsolicited-bytes": 8,

  "body-truncated": 18,
  "body-too-large": 63,
  "chunk-malformed": 56,
  "chunk-extensions-too-large": 100,
  "trailers-too-large": 100,
  "too-many-codings": 61,

  "dns-timeout": 28,
  "connect-timeout": 28,
  "tls-timeout": 28,
  "send-timeout": 28,
  "head-timeout": 28,
  "body-timeout": 28,
  "pool-timeout": 28,
  "total-timeout": 28,
  aborted: exitCode.interrupted,
};

/** What each exit code means, for `--help`. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  0: "done; an HTTP status such as 404 is an answer, not a failure",
  1: "a failure without a number of its own",
  2: "usage: an unknown flag, or a value it cannot have",
  3: "a URL that cannot be used",
  6: "the host name did not resolve",
  7: "no connection to the server",
  8: "an answer that is not HTTP as it should be",
  18: "the body ended early",
  23: "the output could not be written",
  26: "a local file could not be read",
  28: "a deadline passed",
  35: "the TLS handshake failed",
  52: "the server answered nothing",
  56: "the answer broke off, or could not be read on",
  58: "a client certificate that cannot be used",
  60: "the server's certificate is not trusted",
  61: "a content coding that cannot be undone",
  63: "the body is past its limit",
  77: "a CA file that cannot be used",
  98: "the server wants a certificate from the client",
  100: "a limit of the answer was passed",
  130: "interrupted (Ctrl-C)",
  143: "terminated",
};

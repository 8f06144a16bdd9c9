/** What Python's ssl, urllib, requests, urllib3 and aiohttp say. The words after "certificate verify failed:" are OpenSSL's. */
import type { ForeignProgram } from "./foreign-program.ts";

export const python: ForeignProgram = {
  name: "Python",
  spoken: [],
  errors: [
    {
      names: ["CERTIFICATE_VERIFY_FAILED", "SSLCertVerificationError", "ClientConnectorCertificateError"],
      codes: [
        "missing-intermediate",
        "untrusted-root",
        "self-signed",
        "expired",
        "wrong-host",
        "intercepted",
      ],
      says: "OpenSSL did not verify the certificate; the words behind it say why.",
    },
    {
      names: [
        "Hostname mismatch, certificate is not valid for",
        "IP address mismatch, certificate is not valid for",
        "doesn't match either of",
      ],
      codes: ["wrong-host"],
      says: "None of the certificate's names is the host that was asked for.",
    },
    {
      names: ["SSLError"],
      codes: ["tls-failed", "untrusted-root", "missing-intermediate", "tls-alert"],
      says: "Anything of TLS; the words behind it say what.",
    },
    {
      names: ["SSLEOFError", "SSLZeroReturnError"],
      codes: ["handshake-closed", "body-truncated"],
      says: "The TLS connection ended early.",
    },
    {
      names: ["Remote end closed connection without response", "RemoteDisconnected"],
      codes: ["empty-response"],
      says: "The connection closed without an answer.",
    },
    {
      names: ["IncompleteRead", "Connection broken: IncompleteRead"],
      codes: ["body-truncated"],
      says: "The body ended before its announced length.",
    },
    {
      names: ["BadStatusLine"],
      codes: ["not-http", "status-line-malformed"],
      says: "The answer does not begin as HTTP does.",
    },
    {
      names: ["NewConnectionError", "Failed to establish a new connection"],
      codes: ["connection-refused", "name-not-found", "unreachable"],
      says: "No TCP connection.",
    },
    {
      names: ["ConnectTimeoutError", "ConnectTimeout"],
      codes: ["connect-timeout"],
      says: "No connection in time.",
    },
    {
      names: ["ReadTimeoutError", "ReadTimeout", "Read timed out"],
      codes: ["head-timeout", "body-timeout"],
      says: "No bytes came in time.",
    },
    {
      names: [
        "NameResolutionError",
        "Name or service not known",
        "nodename nor servname provided",
        "gaierror",
      ],
      codes: ["name-not-found"],
      says: "The name could not be resolved.",
    },
    {
      names: ["Temporary failure in name resolution"],
      codes: ["dns-failed"],
      says: "The resolver did not answer.",
    },
    {
      names: ["TooManyRedirects"],
      codes: ["too-many-redirects", "redirect-loop"],
      says: "More redirects than allowed.",
    },
    {
      names: ["ProxyError", "Tunnel connection failed", "Cannot connect to proxy"],
      codes: ["proxy-refused", "proxy-unreachable", "proxy-authentication-required"],
      says: "The proxy could not be used.",
    },
    {
      names: ["Could not find a suitable TLS CA certificate bundle"],
      codes: ["ca-file-unreadable"],
      says: "The CA file (verify, REQUESTS_CA_BUNDLE) is not there.",
    },
    {
      names: ["MissingSchema", "Invalid URL"],
      codes: ["url-no-scheme", "url-malformed"],
      says: "The URL has no scheme or cannot be read.",
    },
    {
      names: ["JSONDecodeError", "Expecting value: line 1 column 1"],
      codes: ["body-not-json"],
      says: "The body is not JSON.",
    },
    {
      names: ["InsecureRequestWarning", "Unverified HTTPS request is being made"],
      codes: ["verification-disabled"],
      says: "The program turned verification off.",
    },
  ],
};

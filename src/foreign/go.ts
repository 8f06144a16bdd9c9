/** What Go's crypto/x509, crypto/tls and net/http say. */
import type { ForeignProgram } from "./foreign-program.ts";

export const go: ForeignProgram = {
  name: "Go",
  spoken: [],
  errors: [
    {
      names: ["x509: certificate signed by unknown authority", "UnknownAuthorityError"],
      codes: ["missing-intermediate", "untrusted-root", "self-signed", "intercepted"],
      says: "No path to a trusted root: the root is not in the store, or the server leaves out an intermediate.",
    },
    {
      names: ["x509: certificate has expired or is not yet valid", "CertificateInvalidError"],
      codes: ["expired", "not-yet-valid", "clock-wrong"],
      says: "A certificate is outside its dates; the words behind it have both instants.",
    },
    {
      names: [
        "x509: certificate is valid for",
        "x509: certificate is not valid for any names",
        "HostnameError",
      ],
      codes: ["wrong-host"],
      says: "None of the certificate's names is the host that was asked for.",
    },
    {
      names: ["x509: cannot validate certificate for", "doesn't contain any IP SANs"],
      codes: ["wrong-host", "no-names"],
      says: "An IP address was asked for and the certificate names none.",
    },
    {
      names: ["x509: certificate relies on legacy Common Name field", "use SANs instead"],
      codes: ["no-names"],
      says: "The certificate names its host in the common name alone.",
    },
    {
      names: ["x509: certificate specifies an incompatible key usage"],
      codes: ["wrong-usage"],
      says: "The extended key usage does not allow a TLS server.",
    },
    {
      names: ["x509: unhandled critical extension", "UnhandledCriticalExtension"],
      codes: ["unknown-critical-extension"],
      says: "A critical extension that Go does not know.",
    },
    {
      names: ["x509: too many intermediates for path length constraint"],
      codes: ["path-too-long"],
      says: "A CA has more CAs below it than it allows.",
    },
    {
      names: [
        "x509: a root or intermediate certificate is not authorized to sign for this name",
        "is not permitted by any constraint",
        "is excluded by constraint",
      ],
      codes: ["name-constraint"],
      says: "A CA's name constraints do not allow the name.",
    },
    {
      names: [
        "x509: invalid signature: parent certificate cannot sign this kind of certificate",
        "is not authorized to sign other certificates",
      ],
      codes: ["not-a-ca", "key-usage"],
      says: "A certificate that signed another is not a CA's.",
    },
    {
      names: ["x509: cannot verify signature: insecure algorithm", "InsecureAlgorithmError"],
      codes: ["weak-signature"],
      says: "A certificate is signed with SHA-1 or MD5.",
    },
    {
      names: ["x509: cannot verify signature: algorithm unimplemented"],
      codes: ["bad-signature", "weak-signature"],
      says: "The signature is of a kind that Go does not know.",
    },
    {
      names: ["crypto/rsa: verification error", "ECDSA verification failure"],
      codes: ["bad-signature"],
      says: "A signature does not verify.",
    },
    {
      names: [
        "x509: negative serial number",
        "x509: malformed certificate",
        "x509: invalid",
        "asn1: structure error",
        "tls: failed to parse certificate from server",
      ],
      codes: ["malformed-certificate", "irregular-certificate"],
      says: "The certificate cannot be read.",
    },
    {
      names: ["x509: signature check attempts limit reached"],
      codes: ["budget-exhausted"],
      says: "The chain is too complex to search.",
    },
    {
      names: [
        "x509: system root pool is not available",
        "failed to load system roots and no roots provided",
        "SystemRootsError",
      ],
      codes: ["system-store-missing"],
      says: "The system has no root store, as in an empty container.",
    },
    {
      names: ["tls: failed to verify certificate"],
      codes: ["missing-intermediate", "untrusted-root", "expired", "wrong-host"],
      says: "The certificate did not verify; the words behind it say why.",
    },
    {
      names: ["tls: first record does not look like a TLS handshake"],
      codes: ["not-tls"],
      says: "The port does not speak TLS.",
    },
    {
      names: ["http: server gave HTTP response to HTTPS client"],
      codes: ["not-tls"],
      says: "The port speaks plain HTTP.",
    },
    {
      names: ["Client sent an HTTP request to an HTTPS server"],
      codes: ["https-expected"],
      says: "A TLS server was sent plain HTTP.",
    },
    {
      names: [
        "tls: server selected unsupported protocol version",
        "tls: no supported versions satisfy MinVersion and MaxVersion",
      ],
      codes: ["tls-version"],
      says: "No TLS version in common.",
    },
    {
      names: ["net/http: TLS handshake timeout"],
      codes: ["tls-timeout"],
      says: "The TLS handshake took too long.",
    },
    {
      names: ["context deadline exceeded", "Client.Timeout exceeded while awaiting headers"],
      codes: ["total-timeout", "head-timeout"],
      says: "The time limit of the whole request passed.",
    },
    { names: ["context canceled"], codes: ["aborted"], says: "The caller ended it." },
    {
      names: ["i/o timeout"],
      codes: ["connect-timeout", "dns-timeout", "body-timeout"],
      says: "A time limit passed.",
    },
    { names: ["no such host"], codes: ["name-not-found"], says: "The name could not be resolved." },
    { names: ["server misbehaving"], codes: ["dns-failed"], says: "The resolver failed." },
    {
      names: ["connect: connection refused"],
      codes: ["connection-refused"],
      says: "Nothing listens on that port.",
    },
    {
      names: ["connect: no route to host", "connect: network is unreachable"],
      codes: ["unreachable"],
      says: "There is no route to the host.",
    },
    {
      names: ["unexpected EOF"],
      codes: ["body-truncated", "head-truncated"],
      says: "The connection ended in the middle of the answer.",
    },
    {
      names: ["http: server closed idle connection"],
      codes: ["empty-response"],
      says: "A kept connection was closed by the server.",
    },
    {
      names: ["malformed HTTP response"],
      codes: ["not-http", "status-line-malformed"],
      says: "The answer is not HTTP/1.1.",
    },
    {
      names: ["stopped after 10 redirects"],
      codes: ["too-many-redirects", "redirect-loop"],
      says: "More redirects than allowed.",
    },
    {
      names: ["unsupported protocol scheme"],
      codes: ["url-no-scheme", "url-unknown-scheme"],
      says: "The URL's scheme is missing or unknown.",
    },
    {
      names: ["Proxy Authentication Required"],
      codes: ["proxy-authentication-required"],
      says: "The proxy wants a user name and a password.",
    },
  ],
};

/** wget's exit codes (wget(1), EXIT STATUS) and what it prints, built with OpenSSL or with GnuTLS. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const wget: ForeignProgram = {
  name: "wget",
  spoken: ["wget"],
  // prettier-ignore
  errors: readRows([
    [1, ["wget: generic error"], [], "Something that has no number of its own."],
    [2, ["wget: parse error"], ["option-unknown"], "An option or .wgetrc cannot be read."],
    [3, ["wget: file I/O error"], [], "A file could not be written or read."],
    [4, ["wget: network failure"],
      ["name-not-found", "dns-failed", "connection-refused", "unreachable", "connect-timeout"],
      "No connection: the name, or TCP."],
    [5, ["wget: SSL verification failure", "use `--no-check-certificate'"],
      ["missing-intermediate", "untrusted-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "intercepted"],
      "The server's certificate did not verify; the lines above say why."],
    [6, ["wget: authentication failure"], ["credentials-wanted"],
      "The user name or the password was not accepted."],
    [7, ["wget: protocol error"], ["not-http", "status-line-malformed"], "The answer breaks the protocol."],
    [8, ["wget: error response"], ["status-error", "fields-refused", "credentials-wanted", "request-blocked"],
      "The server answered with an error status."],
    [["unable to locally verify the issuer's authority", "have a known issuer"],
      ["missing-intermediate", "untrusted-root", "intercepted"],
      "The issuer of a certificate is neither sent nor trusted."],
    [["self-signed certificate encountered"], ["self-signed", "untrusted-root"],
      "A certificate that is signed by itself, and not trusted."],
    [["issued certificate has expired"], ["expired", "clock-wrong"], "A certificate has expired."],
    [["issued certificate not yet valid", "is not yet activated"], ["not-yet-valid", "clock-wrong"],
      "A certificate is not valid yet."],
    [["match requested host name", "matches requested host name", "owner does not match hostname"],
      ["wrong-host"], "None of the certificate's names is the host that was asked for."],
    [["unable to establish SSL connection"], ["tls-failed", "not-tls", "tls-alert", "handshake-closed"],
      "The TLS handshake failed; the certificate is not the reason."],
  ]),
};

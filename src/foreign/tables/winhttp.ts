/** WinHTTP's and WinINet's errors (winhttp.h), as PowerShell, VBScript and many Windows programs print them. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const winhttp: ForeignProgram = {
  name: "WinHTTP",
  spoken: ["winhttp", "wininet"],
  // prettier-ignore
  errors: readRows([
    [12002, ["ERROR_WINHTTP_TIMEOUT"], ["connect-timeout", "head-timeout", "body-timeout"],
      "A time limit passed."],
    [12007, ["ERROR_WINHTTP_NAME_NOT_RESOLVED"], ["name-not-found", "dns-failed"],
      "The name could not be resolved."],
    [12029, ["ERROR_WINHTTP_CANNOT_CONNECT"], ["connection-refused", "unreachable", "connect-failed"],
      "No TCP connection."],
    [12030, ["ERROR_WINHTTP_CONNECTION_ERROR"], ["handshake-reset", "empty-response"],
      "The connection was reset or closed."],
    [12037, ["ERROR_WINHTTP_SECURE_CERT_DATE_INVALID"], ["expired", "not-yet-valid", "clock-wrong"],
      "A certificate is outside its dates."],
    [12038, ["ERROR_WINHTTP_SECURE_CERT_CN_INVALID"], ["wrong-host"],
      "None of the certificate's names is the host that was asked for."],
    [12044, ["ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"], ["client-certificate-required"],
      "The server wants a client certificate."],
    [12045, ["ERROR_WINHTTP_SECURE_INVALID_CA"],
      ["missing-intermediate", "untrusted-root", "self-signed", "intercepted"], "No path to a trusted root."],
    [12057, ["ERROR_WINHTTP_SECURE_CERT_REV_FAILED"], ["revocation-unknown"],
      "Revocation could not be checked."],
    [12157, ["ERROR_WINHTTP_SECURE_CHANNEL_ERROR"], ["tls-version", "tls-alert", "tls-failed"],
      "The TLS handshake failed."],
    [12170, ["ERROR_WINHTTP_SECURE_CERT_REVOKED"], ["revoked"], "The certificate is revoked."],
    [12175, ["ERROR_WINHTTP_SECURE_FAILURE"],
      ["missing-intermediate", "untrusted-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "intercepted"],
      "The server's certificate did not verify, or the handshake failed."],
    [12179, ["ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE"], ["wrong-usage"],
      "The certificate is for another purpose."],
  ]),
};

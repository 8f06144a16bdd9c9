/** What Dart's own sockets say; the words of verification are BoringSSL's. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const dart: ForeignProgram = {
  name: "Dart and Flutter",
  spoken: [],
  // prettier-ignore
  errors: readRows([
    [["HandshakeException: Connection terminated during handshake"], ["handshake-closed"],
      "The connection ended during the handshake."],
    [["HandshakeException", "TlsException"],
      ["missing-intermediate", "untrusted-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "intercepted", "not-tls", "tls-alert"],
      "The TLS handshake failed; the words behind it say why."],
    [["SocketException: Failed host lookup"], ["name-not-found", "dns-failed"],
      "The name could not be resolved."],
  ]),
};

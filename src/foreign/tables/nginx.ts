/** What nginx answers and logs about TLS. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const nginx: ForeignProgram = {
  name: "nginx",
  spoken: [],
  // prettier-ignore
  errors: readRows([
    [["The plain HTTP request was sent to HTTPS port", "client sent plain HTTP request to HTTPS port"],
      ["https-expected"], "A TLS port was sent plain HTTP."],
    [["No required SSL certificate was sent", "client sent no required SSL certificate"],
      ["client-certificate-required"], "The server wants a client certificate and was shown none."],
    [["The SSL certificate error", "client SSL certificate verify error"], ["client-certificate-required"],
      "The server did not accept the client certificate."],
    [["upstream SSL certificate does not match"], ["wrong-host"],
      "The server behind it shows a certificate for another name than proxy_ssl_name."],
    [["upstream SSL certificate verify error"],
      ["missing-intermediate", "untrusted-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "intercepted"],
      "The server behind it shows a certificate that does not verify; the words behind it say why."],
    [["while SSL handshaking to upstream"], ["tls-failed", "not-tls", "tls-alert"],
      "The handshake with the server behind it failed; the words before it say why."],
  ]),
};

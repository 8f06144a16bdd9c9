/** What PHP's streams say; its curl functions give curl's numbers. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const php: ForeignProgram = {
  name: "PHP",
  spoken: [],
  // prettier-ignore
  errors: readRows([
    [["did not match expected CN"], ["wrong-host"],
      "None of the certificate's names is the host that was asked for."],
    [["Failed to enable crypto", "SSL operation failed with code 1"],
      ["tls-failed", "untrusted-root", "missing-intermediate"],
      "The TLS handshake failed; OpenSSL's words behind it say why."],
  ]),
};

/** What libpq says of TLS; the words of verification are OpenSSL's. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const postgresql: ForeignProgram = {
  name: "PostgreSQL",
  spoken: [],
  // prettier-ignore
  errors: readRows([
    [["root certificate file"], ["ca-file-unreadable"],
      "The CA file (sslrootcert, ~/.postgresql/root.crt) is not there or cannot be read."],
    [["does not match host name"], ["wrong-host"],
      "With sslmode=verify-full: none of the certificate's names is the host that was asked for."],
    [["server does not support SSL, but SSL was required"], ["not-tls"], "The server does not speak TLS."],
  ]),
};

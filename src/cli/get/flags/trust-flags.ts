/** Flags that say whom to trust, what is shown to the server, and how TLS is spoken. */
import { choice, fileName, parsed, repeated, text, toggle } from "../../frame/flags.ts";
import {
  addCacertFlag,
  caNativeFlag,
  cacertFlag,
  certFlag,
  keyFlag,
  passFlag,
  pinsFlag,
  rootsFlag,
} from "../../frame/shared-flags.ts";
import { inGroup } from "./in-group.ts";

export const trustFlags = inGroup("Whom to trust:", [
  cacertFlag,
  addCacertFlag,
  rootsFlag,
  caNativeFlag,
  repeated("--crlfile <file>", "refuse what is revoked by these lists (PEM or DER)", fileName),
  certFlag,
  choice("--cert-type <type>", "accepted for curl's sake: the file says what it is", [
    "PEM",
    "P12",
    "pem",
    "p12",
  ]).hideHelp(),
  keyFlag,
  choice("--key-type <type>", "accepted for curl's sake", ["PEM", "pem"]).hideHelp(),
  passFlag,
  pinsFlag,
  toggle("--tlsv1.2", "accepted for curl's sake: nothing older is spoken").hideHelp(),
  toggle("--tlsv1.3", "TLS 1.3 or above"),
  toggle("-1, --tlsv1").hideHelp(),
  toggle("--tlsv1.0").hideHelp(),
  toggle("--tlsv1.1").hideHelp(),
  choice("--tls-max <version>", "no version of TLS above this one", ["default", "1.2", "1.3"]),
  text("--ciphers <list>", "the suites of TLS 1.2 to offer, by OpenSSL's names"),
  text("--tls13-ciphers <list>", "the suites of TLS 1.3 to offer"),
  toggle("--ssl-reqd", "accepted for curl's sake: https:// never is anything else").hideHelp(),
  toggle("--ssl").hideHelp(),
  parsed("--insecure-because <reason>", "do not verify, and say why; the report still has the verdict", {
    read: (given) => (given.trim() === "" ? undefined : given),
    takes: "It takes the reason why nobody need vouch for the server.",
  }),
  toggle("-k, --insecure").hideHelp(),
]);

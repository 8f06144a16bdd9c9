/** The limits of what is read before TLS: it was sent in plain, by nobody knows whom. */
import type { Limit } from "../core/index.ts";

export const startTlsLimits: Readonly<Record<"unitBytes" | "receivedBytes" | "saidCharacters", Limit>> = {
  unitBytes: {
    value: 8_192,
    unit: "bytes",
    why: "One line, tag or message. The longest line that IMAP's clients and servers agree on (RFC 7162 §4) is as long; a line of SMTP has 512 octets (RFC 5321 §4.5.3.1.5), an XMPP stream's features a few hundred.",
  },
  receivedBytes: {
    value: 65_536,
    unit: "bytes",
    why: "All that is read before TLS: FTP servers greet with pages of rules, and eight units hold the longest that is known. More is a server that never comes to the point.",
  },
  saidCharacters: {
    value: 512,
    unit: "count",
    why: "What is kept of a refusal: a longest reply line of SMTP (RFC 5321 §4.5.3.1.5).",
  },
};

/** Sites to which the server name (SNI, RFC 6066 §3) makes the difference, each on a port of its own. */
import { answers, fails, healthy, type Definition, type Raw } from "../../site.ts";
import { tls12, writeAlertRecord } from "../../wire/canned.ts";

const unrecognizedName: Raw = {
  kind: "raw",
  answer: (socket) => socket.end(writeAlertRecord(tls12, 112)), // RFC 6066 §3; RFC 8446 §6: unrecognized_name.
};

export const serverNameSites: readonly Definition[] = [
  {
    name: "server-name-required",
    ownPort: "both",
    title: "A server that wants to be called by name",
    wrong: "Nothing is wrong as long as the client sends a server name; without one it gets an alert.",
    ...healthy,
    serving: { kind: "https" },
    withoutName: unrecognizedName,
  },
  {
    name: "other-default",
    ownPort: "both",
    title: "Another certificate for those who name nobody",
    wrong:
      "Nothing is wrong as long as the client sends a server name; without one it gets another site's certificate.",
    ...healthy,
    serving: { kind: "https" },
    withoutName: { kind: "https", identify: (authority) => authority.identify("default.lab.localhost") },
  },
  {
    name: "server-name-unknown",
    title: "A name that the server does not know",
    wrong: "The server answers this name with the alert unrecognized_name.",
    ...fails("tls-alert", "handshake"),
    serving: unrecognizedName,
  },
  {
    name: "server-name-blocked",
    ownPort: "both",
    title: "A name that a box in between does not let pass",
    wrong: "A ClientHello with a server name is answered with a reset; without one the site answers.",
    ...fails("handshake-reset", "handshake"),
    serving: {
      kind: "https",
      dislikes: ({ serverName }) => (serverName === undefined ? undefined : "reset"),
    },
    withoutName: { kind: "https" },
  },
  {
    name: "misdirected",
    title: "A request that came to the wrong server",
    wrong: "TLS is healthy; the server answers 421, as for a request that was meant for another.",
    ...answers(421),
    serving: {
      kind: "https",
      respond: (_request, response) => {
        response.writeHead(421, { "content-length": 0 }).end();
      },
    },
  },
];

/** What an alert by itself is a sign of, and what each side can look at: RFC 8446 §6.2, RFC 5246 §7.2.2, RFC 6066 §9. */
import type { AttemptSeen, Ended } from "../observation.ts";
import type { Cause } from "../cause.ts";

type Told = Omit<Cause, "certainty">;

/** By number. Those that are about a client's certificate are told elsewhere, where one was asked for. */
const byNumber: Readonly<Record<number, Told>> = {
  49: {
    sentence: "So it says that a rule of its own refuses this client, whatever was offered.",
    client: "Ask the server's operator which clients it lets in; try from another network.",
    server: "Look for a rule on addresses or on the client's certificate.",
  },
  80: {
    sentence: "So it says that something failed on its own side.",
    client: "Try again later; if it stays, report it to the server's operator.",
    server:
      "Look in the server's log at this moment: its own TLS failed, often for want of a key or of memory.",
  },
  112: {
    sentence: "So it says that it has no site of the name that was asked for.",
    client: "Check the host name, and that its DNS leads to the right server.",
    server: "Set up this host name with its certificate on the server that its DNS leads to.",
  },
};

/** Alerts that a server which tells its sites by name sends where none is named. */
const forWantOfName: readonly number[] = [40, 80, 112];

export function alertCause({ tls, sni }: AttemptSeen, { code }: Ended): Cause | undefined {
  const number = tls?.alerts.find(({ from }) => from === "server")?.number;
  if (code !== "tls-alert" || number === undefined || tls?.chosen !== undefined) return undefined;
  if (sni === undefined && forWantOfName.includes(number))
    return {
      certainty: "likely",
      sentence:
        "Likely it tells its sites apart by the server name (SNI), and an address in the URL gives none.",
      client: "Use the host name in the URL, not its address.",
      server: "Set up a default site for clients that name none.",
    };
  const told = byNumber[number];
  return told === undefined ? undefined : { certainty: "likely", ...told };
}

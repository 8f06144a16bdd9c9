/** Codes of what is spoken before TLS: STARTTLS, in the words of each protocol. */
import { bare } from "../options/own.ts";
import { endpointSchemes, type StartTlsProtocol } from "../url/endpoint-schemes.ts";
import type { Entries } from "./entry.ts";

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly protocol: StartTlsProtocol;
}

export interface StartTlsDetails {
  readonly "starttls-not-offered": Asked;
  /** `said` is the server's text, at most 512 characters with controls as numbers; empty where it gave none. */
  readonly "starttls-refused": Asked & { readonly said: string };
  readonly "starttls-malformed": Asked & {
    readonly problem: "other-protocol" | "too-long" | "closed";
    /** By the first bytes. */
    readonly speaks:
      "TLS" | "HTTP" | "SSH" | "SMTP" | "FTP" | "IMAP" | "POP3" | "MySQL" | "XMPP" | "something else";
    /** The first bytes the peer sent, as printable ASCII with dots for the rest; at most 32. */
    readonly firstBytes: string;
  };
  /** `protocol` is undefined where the dialogue was the caller's. */
  readonly "starttls-injection": {
    readonly host: string;
    readonly port: number;
    readonly protocol: StartTlsProtocol | undefined;
    readonly bytes: number;
  };
}

export const protocolNames: Readonly<Record<StartTlsProtocol, string>> = {
  smtp: "SMTP",
  imap: "IMAP",
  pop3: "POP3",
  ldap: "LDAP",
  postgres: "PostgreSQL",
  mysql: "MySQL",
  ftp: "FTP",
  xmpp: "XMPP",
};

/** The specification of each dialogue. */
const authorities = "RFC 3207; RFC 2595; RFC 9051; RFC 4511; RFC 4217; RFC 6120";

export const startTlsEntries: Entries<StartTlsDetails> = {
  "starttls-not-offered": {
    stage: "tls",
    fault: "peer",
    title: "Server that offers no STARTTLS",
    means: "The server speaks the protocol in plain and does not offer to begin TLS on this port.",
    remedy: {
      client: "Use the server's port for TLS from the start, where it has one: smtps://, imaps://, ldaps://.",
      server: "Give it a certificate and turn TLS on.",
    },
    authority: authorities,
    sentence: ({ host, port, protocol }) =>
      `${host} port ${port} does not offer to begin TLS (${protocolNames[protocol]}).`,
    hint: ({ protocol }) => {
      const atOnce = endpointSchemes.has(`${protocol}s`) ? `${protocol}s` : undefined;
      return atOnce === undefined
        ? `Have TLS turned on at the server; ${protocolNames[protocol]} has no other port for it.`
        : `Use the server's port for TLS from the start, where it has one: ${atOnce}://. Else have TLS turned on at the server.`;
    },
  },
  "starttls-refused": {
    stage: "tls",
    fault: "peer",
    title: "Server that refused to begin TLS",
    means:
      "The server answered the greeting or STARTTLS with a refusal. Its text was sent in plain: nobody vouches for it.",
    remedy: {
      client: "Read what the server says; some refuse addresses that they do not know.",
      server: "The server's log says why: often a certificate or key that it could not load.",
    },
    authority: authorities,
    sentence: (detail) => {
      const { host, port, protocol, said } = bare(detail);
      const words = said === "" ? "" : `: "${said}"`;
      return `${host} port ${port} (${protocolNames[protocol]}) refused to begin TLS${words}.`;
    },
  },
  "starttls-malformed": {
    stage: "tls",
    fault: "caller",
    title: "Peer that does not speak the protocol before TLS",
    means:
      "What came before TLS is not the dialogue of the protocol that the URL's scheme or the flag names.",
    remedy: {
      client:
        "Check the scheme and the port; where TLS begins at once, write host:port or the scheme with an s.",
    },
    authority: authorities,
    sentence: (detail) => {
      const { host, port, protocol, problem, speaks, firstBytes } = bare(detail);
      if (speaks === "TLS")
        return `${host} port ${port} speaks TLS from the start, and not ${protocolNames[protocol]} in plain.`;
      const began = firstBytes === "" ? "" : ` It began with "${firstBytes}".`;
      const name = protocolNames[protocol];
      switch (problem) {
        case "other-protocol":
          return `${host} port ${port} does not speak ${name}.${began}`;
        case "too-long":
          return `${host} port ${port} said more before TLS than ${name} needs.${began}`;
        case "closed":
          return `${host} port ${port} closed the connection before TLS could begin (${name}).${began}`;
      }
    },
  },
  "starttls-injection": {
    stage: "tls",
    fault: "network",
    title: "Plain text behind the answer to STARTTLS",
    means:
      "Bytes came behind the server's consent and before TLS. Who reads them as if they had come within TLS believes whoever put them there.",
    remedy: {
      client: "Try from another network; if it happens there too, the server is at fault.",
      server: "Send nothing between the consent and the handshake.",
    },
    authority: "CVE-2011-0411; RFC 3207 §6; RFC 9051 §6.2.1",
    sentence: (detail) => {
      const { host, port, protocol, bytes } = bare(detail);
      return protocol === undefined
        ? `${bytes} bytes were there in plain before TLS was begun with ${host} port ${port}.`
        : `${host} port ${port} (${protocolNames[protocol]}) sent ${bytes} bytes in plain behind its consent to begin TLS.`;
    },
  },
};

/** Whether a failure is one of the dialogue before TLS. */
export function isOfStartTls(code: string): boolean {
  return Object.hasOwn(startTlsEntries, code);
}

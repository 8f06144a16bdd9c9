/** Codes of the TLS handshake, before any certificate is judged. */
import { bare } from "../options/own.ts";
import type { Entries } from "./entry.ts";
import { renderHandshakeBytes, type HandshakeBytes } from "./handshake-bytes.ts";
import { adviseFile } from "./roots.ts";
import { bracketed, type SettingNames } from "./setting-names.ts";

interface HandshakeEnd extends HandshakeBytes {
  readonly host: string;
}

/** What a client's credentials can lack: a file that can be read, the key, their order, the passphrase, the match, ciphers still in use. */
export type CredentialProblem =
  "unreadable" | "no-key" | "no-certificate" | "swapped" | "passphrase" | "mismatch" | "retired";

export interface TlsDetails {
  readonly "tls-alert": { readonly host: string; readonly alert: string; readonly number: number };
  readonly "not-tls": {
    readonly host: string;
    readonly port: number;
    readonly speaks: "HTTP" | "SSH" | "SMTP" | "FTP" | "IMAP" | "POP3" | "MySQL" | "XMPP" | "something else";
    /** The first bytes the peer sent, as printable ASCII with dots for the rest; at most 32. */
    readonly firstBytes: string;
  };
  readonly "handshake-closed": HandshakeEnd;
  readonly "handshake-reset": HandshakeEnd;
  readonly "tls-version": { readonly host: string; readonly offered: string };
  readonly "legacy-renegotiation": { readonly host: string };
  readonly "weak-parameters": { readonly host: string; readonly reason: string };
  readonly "client-certificate-required": {
    readonly host: string;
    readonly sent: boolean;
    readonly alert: string;
  };
  readonly "client-certificate-unusable": {
    readonly reason: string;
    /** What is wrong, where it is known well enough for advice of its own. */
    readonly problem?: CredentialProblem;
  };
  readonly "alpn-mismatch": {
    readonly host: string;
    readonly offered: readonly string[];
    readonly selected: string;
  };
  readonly "tls-failed": { readonly host: string; readonly reason: string };
  /** `instead` is a sentence that says how it can be had there, where that is known. */
  readonly "runtime-unfit": {
    readonly runtime: string;
    readonly reason: string;
    readonly instead?: string;
  };
}

export const tlsEntries: Entries<TlsDetails> = {
  "tls-alert": {
    stage: "tls",
    fault: "peer",
    title: "TLS alert from the server",
    means: "The server ended the handshake itself and named its reason with an alert.",
    remedy: {
      client:
        "Look at the alert's meaning: what was offered (versions, ciphers, the server name) did not suit the server.",
      server: "The server's own log usually says more than the alert.",
    },
    authority: "RFC 8446 §6.2",
    sentence: ({ host, alert, number }) =>
      `${host} ended the TLS handshake with the alert ${alert} (${number}).`,
    hint: ({ alert }) => alertHint(alert),
  },
  "not-tls": {
    stage: "tls",
    fault: "caller",
    title: "A peer that does not speak TLS on this port",
    means:
      "What came back is not a TLS record: a plain HTTP server, a proxy, SSH or a mail server may listen there.",
    remedy: {
      client: "Check the port and the scheme; for a proxy, write its URL with http://.",
      server: "Turn TLS on for this port.",
    },
    authority: "RFC 8446 §5.1",
    sentence: ({ host, port, speaks, firstBytes }) =>
      `${host} port ${port} does not speak TLS: it answered with ${speaks} ("${firstBytes}").`,
    hint: ({ speaks, port }) =>
      speaks === "HTTP"
        ? `Port ${port} speaks plain HTTP: use the server's TLS port, or an http:// URL if you mean it.`
        : `Port ${port} belongs to another service; check the port.`,
  },
  "handshake-closed": {
    stage: "tls",
    fault: "peer",
    title: "Connection closed during the TLS handshake",
    means: "The peer, or something in between, closed it and gave no reason.",
    remedy: {
      client:
        "Likely causes: a proxy or firewall in between, a server that needs a name (SNI) it knows, or one that is overloaded.",
      server: "Look at the server's log at this moment.",
    },
    authority: "RFC 8446 §6.1",
    sentence: ({ host, ...bytes }) =>
      `${host} closed the connection during the TLS handshake${renderHandshakeBytes(bytes)}.`,
    hint: ({ bytesReceived }) => {
      if (bytesReceived === undefined)
        return "Likely a firewall, a proxy, or a server that is overloaded: look at its log, or run meerkat why.";
      return bytesReceived === 0
        ? "Nothing at all came back: likely a firewall, a proxy, or a port that is not TLS."
        : "The server had begun to answer: look at its log, or run meerkat why.";
    },
  },
  "handshake-reset": {
    stage: "tls",
    fault: "peer",
    title: "Connection reset during the TLS handshake",
    means:
      "A TCP reset ended the handshake. Servers that crash do this, and so do firewalls that dislike a server name.",
    remedy: {
      client: "Try from another network; if it works there, something in between cuts the connection.",
      server: "Look at the server's log, and at what stands in front of it.",
    },
    authority: "RFC 9293 §3.5.2",
    sentence: ({ host, ...bytes }) =>
      `The connection to ${host} was reset during the TLS handshake${renderHandshakeBytes(bytes)}.`,
  },
  "tls-version": {
    stage: "tls",
    fault: "peer",
    title: "No TLS version in common",
    means: "The server speaks only versions of TLS that this client does not offer.",
    remedy: { server: "Turn on TLS 1.2 or 1.3." },
    authority: "RFC 8996 §2; RFC 8446 §4.2.1",
    sentence: ({ host, offered }) => `${host} refused the TLS versions offered (${offered}).`,
  },
  "legacy-renegotiation": {
    stage: "tls",
    fault: "peer",
    title: "Server without secure renegotiation",
    means: "The server lacks the renegotiation_info extension of 2010, and OpenSSL 3 refuses such a server.",
    remedy: { server: "Update the server's TLS library, or turn on RFC 5746." },
    authority: "RFC 5746 §4.1",
    sentence: ({ host }) => `${host} does not support secure renegotiation, which OpenSSL 3 requires.`,
  },
  "weak-parameters": {
    stage: "tls",
    fault: "peer",
    title: "Key exchange or signature too weak",
    means:
      "The server's Diffie-Hellman group, key or signature is below what OpenSSL's security level allows.",
    remedy: { server: "Use a current key (RSA 2048, ECDSA P-256) and ECDHE key exchange." },
    authority: "RFC 9325 §4",
    sentence: ({ host, reason }) => `${host} offered parameters that are too weak (${reason}).`,
  },
  "client-certificate-required": {
    stage: "tls",
    fault: "caller",
    title: "Server that requires a client certificate",
    means: "The server asked for a client certificate and refused the connection without an acceptable one.",
    remedy: {
      client: ({ certificate }) =>
        `Give the client certificate${bracketed(certificate)} that the server's operator issued to you, with its key.`,
      server: "If clients need no certificate, stop requiring one.",
    },
    authority: "RFC 8446 §4.3.2, §6.2 (certificate_required)",
    sentence: ({ host, sent, alert }) =>
      sent
        ? `${host} refused the client certificate that was sent (alert ${alert}).`
        : `${host} requires a certificate from the client, and none was sent (alert ${alert}).`,
  },
  "client-certificate-unusable": {
    stage: "tls",
    fault: "caller",
    title: "Client certificate or key that cannot be used",
    means:
      "The client certificate, its key or the PKCS#12 file could not be loaded, so no connection was tried.",
    remedy: { client: "Check that key and certificate belong together, and the passphrase." },
    authority: "RFC 7292 §4; RFC 5958",
    sentence: ({ reason }) => `The client certificate cannot be used: ${reason}.`,
    hint: ({ problem }, names) => credentialHint(problem, names),
  },
  "alpn-mismatch": {
    stage: "tls",
    fault: "peer",
    title: "No application protocol in common",
    means: "The server speaks another protocol over TLS than the one offered by ALPN.",
    remedy: { server: "Allow h2 or http/1.1 in ALPN." },
    authority: "RFC 7301 §3.2",
    sentence: ({ host, offered, selected }) =>
      `${host} and this client have no application protocol in common: offered ${offered.join(", ")}, the server ${selected}.`,
    hint: ({ offered }, { eitherHttp }) =>
      offered.length === 1 && offered[0] === "h2"
        ? `HTTP/2 alone was offered: let the server choose${bracketed(eitherHttp)}.`
        : "For the server's operator: Allow h2 or http/1.1 in ALPN.",
  },
  "tls-failed": {
    stage: "tls",
    fault: "peer",
    title: "TLS handshake that failed for another reason",
    means:
      "OpenSSL ended the handshake for a reason without an entry of its own. Its words are kept whole in the error's cause.",
    remedy: { client: "See what another client meets: openssl s_client -connect HOST:PORT." },
    authority: "OpenSSL ERR_reason_error_string(3)",
    sentence: ({ host, reason }) => `The TLS handshake with ${host} failed: ${reason}.`,
  },
  "runtime-unfit": {
    stage: "tls",
    fault: "local",
    title: "Runtime that lacks something Meerkat needs",
    means:
      "A part of Node that Meerkat's connections are made of is missing, or does something else, in Bun or Deno or in this version of it. No connection was used.",
    remedy: {
      client: "Use a version of the runtime that docs/runtimes.md names, or run the program on Node.",
    },
    authority: "our policy: every failure has a sentence of its own",
    sentence: ({ runtime, reason }) => `This cannot be done on ${runtime}: ${reason}`,
    hint: (detail) =>
      bare(detail).instead ??
      "Use a version of the runtime that docs/runtimes.md names, or run the program on Node.",
  },
};

function alertHint(alert: string): string {
  switch (alert) {
    case "handshake_failure":
      return "Likely no cipher, group or signature in common, or a client certificate that was wanted.";
    case "unrecognized_name":
      return "The server has no site with this name; check the host name.";
    case "protocol_version":
      return "The server refused the TLS versions offered.";
    case "internal_error":
      return "The server failed by itself; its log says why.";
    default:
      return "The server's log usually says more than the alert.";
  }
}

function credentialHint(
  problem: CredentialProblem | undefined,
  { certificate, key, passphrase }: SettingNames,
): string {
  switch (problem) {
    case "unreadable":
      return adviseFile;
    case "no-key":
      return `Give its private key, PEM${as(key)}.`;
    case "no-certificate":
      return `Give the certificate that was issued for the key, PEM${as(certificate)}.`;
    case "swapped":
      return `Exchange the two: the certificate${bracketed(certificate)} and its private key${bracketed(key)}.`;
    case "passphrase":
      return `Give the right passphrase${as(passphrase)}.`;
    case "mismatch":
      return "Give the key that the certificate was issued for.";
    case "retired":
      return "The file uses ciphers that OpenSSL 3 retired. Convert it: openssl pkcs12 -legacy -in old.pfx -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out new.pfx";
    case undefined:
      return "Check that the key belongs to the certificate, and the passphrase.";
  }
}

function as(name: string | undefined): string {
  return name === undefined ? "" : `, as ${name}`;
}

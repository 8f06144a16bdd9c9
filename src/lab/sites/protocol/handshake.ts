/** Sites that break off, fall silent, or speak something else than TLS. */
import type { Code } from "../../../core/index.ts";
import { fails, healthy, type Check, type Definition, type Raw } from "../../site.ts";
import type { Ending } from "../../wire/line.ts";

const httpAnswer = `HTTP/1.1 400 Bad Request\r
Server: plain\r
Content-Type: text/plain\r
Content-Length: 49\r
Connection: close\r
\r
This port speaks plain HTTP, and that was not it.`;

export const handshakeSites: readonly Definition[] = [
  {
    name: "not-tls",
    title: "Plain HTTP on the TLS port",
    wrong: "The server answers the ClientHello with a plain HTTP 400, as a web server does whose TLS is off.",
    ...fails("not-tls", "handshake"),
    serving: says(httpAnswer),
  },
  {
    name: "ssh-banner",
    ownPort: "both",
    title: "An SSH server",
    wrong: "Another service listens on this port, and says so before it is asked.",
    ...fails("not-tls", "handshake"),
    serving: { ...says("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), speaksFirst: true },
  },
  {
    name: "smtp-banner",
    ownPort: "both",
    title: "A mail server",
    wrong: "Another service listens on this port, and says so before it is asked.",
    ...fails("not-tls", "handshake"),
    serving: { ...says("220 mail.lab.localhost ESMTP Postfix\r\n"), speaksFirst: true },
  },
  {
    name: "connection-refused",
    ownPort: "ipv4",
    title: "A port on which nothing listens",
    wrong: "The machine is there, and nothing listens on that port.",
    ...fails("connection-refused", "handshake"),
    serving: { kind: "nothing" },
  },
  {
    name: "closed-on-accept",
    ownPort: "both",
    title: "A door that closes at once",
    wrong: "The server closes every connection before a byte is exchanged.",
    ...fails("handshake-closed", "handshake"),
    serving: { kind: "raw", speaksFirst: true, answer: (socket) => socket.end() },
  },
  {
    name: "handshake-closed",
    title: "Closed on the ClientHello",
    wrong: "The server reads the ClientHello and closes the connection without a word.",
    ...fails("handshake-closed", "handshake"),
    serving: { kind: "raw", answer: (socket) => socket.end() },
  },
  {
    name: "handshake-reset",
    title: "Reset on the ClientHello",
    wrong: "The server reads the ClientHello and resets the connection.",
    ...fails("handshake-reset", "handshake"),
    serving: { kind: "raw", answer: (socket) => socket.resetAndDestroy() },
  },
  ...(["close", "reset"] as const).flatMap((how) => [
    cut({ how, after: "server-hello" }),
    cut({ how, after: "server-flight" }),
  ]),
  {
    name: "tls-timeout",
    title: "Silence",
    wrong: "The server reads the ClientHello and says nothing, for ever.",
    ...fails("tls-timeout", "deadline"),
    serving: { kind: "raw", answer: () => undefined },
  },
  {
    name: "silent-after-server-hello",
    title: "Silence in the middle",
    wrong: "The server says nothing more after its ServerHello.",
    ...fails("tls-timeout", "deadline"),
    serving: { kind: "https", wire: { kind: "cut", after: "server-hello", how: "silence" } },
  },
  {
    name: "byte-by-byte",
    title: "One byte at a time",
    wrong: "Nothing is wrong: all that the server sends comes in segments of a single byte.",
    ...healthy,
    serving: { kind: "https", wire: { kind: "one-byte" } },
  },
  {
    name: "ipv4-only",
    ownPort: "ipv4",
    title: "A site without IPv6",
    wrong:
      "Nothing is wrong: the port is open on 127.0.0.1 and refused on ::1, and the name stands for both.",
    ...healthy,
    serving: { kind: "https" },
  },
];

function says(text: string): Raw {
  return { kind: "raw", answer: (socket) => socket.end(text) };
}

interface Cut {
  readonly how: Exclude<Ending, "silence">;
  readonly after: "server-hello" | "server-flight";
}

/** A site that breaks off in the middle of a TLS 1.2 handshake: there, the client waits for the server's Finished. */
function cut({ how, after }: Cut): Definition {
  const words = { close: ["closed", "closes"], reset: ["reset", "resets"] } as const;
  const [past, present] = words[how];
  const codes: Readonly<Record<Cut["how"], Code>> = { close: "handshake-closed", reset: "handshake-reset" };
  const check: Check = "handshake";
  const flight = after === "server-flight";
  return {
    name: `${past}-after-${after}`,
    title: flight
      ? `The connection ${past} at the last step`
      : `The connection ${past} in the middle of the handshake`,
    wrong: flight
      ? `The server ${present} the connection when the client has sent its keys, instead of finishing.`
      : `The server ${present} the connection after its ServerHello.`,
    ...fails(codes[how], check),
    serving: {
      kind: "https",
      tls: { maxVersion: "TLSv1.2" },
      wire: { kind: "cut", after, how },
    },
  };
}

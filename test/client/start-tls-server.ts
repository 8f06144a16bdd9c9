/** Servers that begin in plain and change to TLS, as each protocol's specification has it: the words, on real sockets. */
import type { Socket } from "node:net";
import { createSecureContext, TLSSocket, type TlsOptions } from "node:tls";
import type { StartTlsProtocol } from "../../src/core/index.ts";
import { identity, openOrigin, type Origin } from "./origin.ts";

/** What a server says once it has heard something; at first nothing has to be heard. */
export type Turn = readonly [heard: RegExp | undefined, said: string];

const mysqlGreeting = "\x2c\0\0\0\x0a8.0.36\0\x01\0\0\0challeng\0\xff\xff\x2d\x02\0\xff\xff\x15".padEnd(
  48,
  "\0",
);
const xmppNames = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";
const xmppTls = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'";

/** The turns of a server that offers TLS; behind the last one TLS begins. */
export const startTlsTurns: Readonly<Record<StartTlsProtocol, readonly Turn[]>> = {
  smtp: [
    [undefined, "220 mx.example ESMTP\r\n"],
    [/^EHLO \S+\r\n/, "250-mx.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n"],
    [/^STARTTLS\r\n/, "220 2.0.0 Ready\r\n"],
  ],
  imap: [
    [undefined, "* OK [CAPABILITY IMAP4rev1] ready\r\n"],
    [/^a1 CAPABILITY\r\n/, "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n"],
    [/^a2 STARTTLS\r\n/, "a2 OK begin\r\n"],
  ],
  pop3: [
    [undefined, "+OK ready\r\n"],
    [/^CAPA\r\n/, "+OK\r\nTOP\r\nSTLS\r\n.\r\n"],
    [/^STLS\r\n/, "+OK begin\r\n"],
  ],
  ftp: [
    [undefined, "220-Welcome\r\n220 ready\r\n"],
    [/^AUTH TLS\r\n/, "234 begin\r\n"],
  ],
  ldap: [[/^\x30\x1d.{24}20037/s, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0"]],
  postgres: [[/^\0\0\0\x08\x04\xd2\x16\x2f/, "S"]],
  mysql: [
    [undefined, mysqlGreeting],
    [/^\x20\0\0\x01.{32}/s, ""],
  ],
  xmpp: [
    [
      /^<\?xml[^>]*><stream:stream[^>]*>/,
      `<?xml version='1.0'?><stream:stream ${xmppNames} id='1' version='1.0'><stream:features><starttls ${xmppTls}/></stream:features>`,
    ],
    [/^<starttls[^>]*>/, `<proceed ${xmppTls}/>`],
  ],
};

export interface StartTlsServer {
  readonly turns: readonly Turn[];
  readonly tls?: TlsOptions;
  /** Instead of TLS. */
  readonly instead?: (socket: Socket) => void;
  /** Given each socket first. */
  readonly onSocket?: (socket: Socket) => void;
  /** Given the socket once TLS is up. */
  readonly within?: (socket: TLSSocket) => void;
}

/** A server that takes these turns, and begins TLS. */
export function openStartTlsServer({
  turns,
  tls = {},
  instead,
  onSocket,
  within,
}: StartTlsServer): Promise<Origin> {
  // One for all connections, so that a session of one can be resumed on another.
  const secureContext = createSecureContext({ ...identity, ...tls });
  const begin = (socket: Socket): void => {
    if (instead !== undefined) {
      instead(socket);
      return void socket.resume();
    }
    const secure = new TLSSocket(socket, { ...tls, isServer: true, secureContext });
    secure.on("error", () => {});
    secure.on("secure", () => within?.(secure));
  };
  return openOrigin(
    (socket) => {
      onSocket?.(socket);
      takeTurns(socket, turns, begin);
    },
    { tls: false },
  );
}

function takeTurns(socket: Socket, turns: readonly Turn[], begin: (socket: Socket) => void): void {
  let heard = "";
  let next = 0;
  const onData = (chunk: Buffer): void => {
    heard += chunk.toString("latin1");
    go();
  };
  const go = (): void => {
    for (;;) {
      const turn = turns[next];
      if (turn === undefined) break;
      const [expected, said] = turn;
      const found = expected === undefined ? "" : expected.exec(heard)?.[0];
      if (found === undefined) return;
      heard = heard.slice(found.length);
      socket.write(said, "latin1");
      next++;
    }
    socket.removeListener("data", onData);
    socket.pause();
    if (heard !== "") socket.unshift(Buffer.from(heard, "latin1"));
    begin(socket);
  };
  socket.on("data", onData);
  go();
}

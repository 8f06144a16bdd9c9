/** A server that accepts the opening handshake of a WebSocket (RFC 6455 §4.2.2) and whose frames the test writes itself. */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { openOrigin, type Origin } from "./origin.ts";

/** The 101 that answers a request with this head; `more` are lines of fields, each with its line end. */
export function switching(head: readonly string[], more = ""): string {
  const key = head.map((line) => /^sec-websocket-key: (.*)$/i.exec(line)?.[1]).find((value) => value) ?? "";
  // RFC 6455 §1.3, written out: what is tested does not say what is right.
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;
}

interface Answer {
  /** Lines of fields, each with its line end. */
  readonly fields?: string;
  /** What is written behind the handshake, at once. */
  readonly behind: readonly number[] | Uint8Array;
  /** Called when that is written. */
  readonly onWritten?: (socket: Socket) => void;
}

/** Opens it; what clients say behind the handshake is kept. */
export async function openRaw({
  fields,
  behind,
  onWritten = () => {},
}: Answer): Promise<Origin & { readonly said: () => Buffer }> {
  let said = Buffer.alloc(0);
  const origin = await openOrigin((socket) => {
    let text = "";
    let isOpen = false;
    socket.on("data", (bytes: Buffer) => {
      if (isOpen) return void (said = Buffer.concat([said, bytes]));
      text += bytes.toString("latin1");
      if (!text.endsWith("\r\n\r\n")) return;
      isOpen = true;
      const head = Buffer.from(switching(text.split("\r\n"), fields), "latin1");
      socket.write(Buffer.concat([head, Buffer.from(behind)]));
      onWritten(socket);
    });
  });
  return Object.assign(origin, { said: () => said });
}

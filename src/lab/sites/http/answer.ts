/** How the HTTP sites answer: whole responses by Node, and broken ones byte for byte. */
import type { ServerResponse } from "node:http";
import type { Respond } from "../../site.ts";

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Sends a whole response with its length. */
export function send(
  response: ServerResponse,
  { status, type = "text/plain; charset=utf-8", fields, body }: Answer,
): void {
  response.writeHead(status, { ...fields, "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** Always this answer. */
export function always(answer: Answer): Respond {
  return (_request, response) => {
    send(response, answer);
  };
}

/** Writes these bytes in place of a response, and then closes the connection as TLS wants it, or leaves it open. */
export function raw(bytes: string | Uint8Array, then: "close" | "stay" = "close"): Respond {
  return ({ socket }) => {
    if (then === "close") socket.end(bytes);
    else socket.write(bytes);
  };
}

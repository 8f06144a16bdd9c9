/** A proxy for the client's tests, on loopback. */
import { connect, type Socket } from "node:net";
import { openOrigin, type Origin, type OriginOptions } from "./origin.ts";

/** A proxy that tunnels, or does what `refuse` says with the head of a CONNECT. */
export interface TestProxy extends Origin {
  /** The heads it was sent, line by line. */
  readonly heads: string[][];
}

export async function openProxy(
  options: OriginOptions,
  refuse?: (socket: Socket) => void,
): Promise<TestProxy> {
  const heads: string[][] = [];
  const origin = await openOrigin((client) => {
    let head = "";
    const read = (chunk: Buffer): void => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      client.off("data", read).pause();
      const lines = head.split("\r\n").slice(0, -2);
      heads.push(lines);
      if (refuse !== undefined) return refuse(client);
      const [method = "", target = ""] = lines[0]?.split(" ") ?? [];
      const port = Number(/:(\d+)(?:\/|$)/.exec(target)?.[1]);
      const server = connect(port, "127.0.0.1", () => {
        if (method === "CONNECT") client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        else server.write(head, "latin1");
        client.pipe(server).pipe(client);
      });
      server.on("error", () => client.destroy());
      server.on("close", () => client.destroy());
      client.on("close", () => server.destroy());
    };
    client.on("data", read);
  }, options);
  return Object.assign(origin, { heads });
}

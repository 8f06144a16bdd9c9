/**
 * A request to switch protocols (RFC 9110 §7.8), as a WebSocket of Node's begins: over a socket of its own that both keys
 * admitted, which is the caller's from then on.
 */
import type { IncomingMessage, RequestOptions } from "node:http";
import type { Duplex } from "node:stream";
import { bare, HttpsError, requireUrl } from "../../../core/index.ts";
import { optionsOf, type Client } from "../../client.ts";
import { mergeTimeouts } from "../../options/timeouts.ts";
import { nodeHttp } from "../node-http.ts";
import type { Asked } from "./asked.ts";
import type { Switched } from "./exchange.ts";

export async function switchProtocol(
  client: Client,
  { url, method, fields, upgrade = "", options }: Asked,
  signal: AbortSignal,
): Promise<Switched> {
  const { sni, identity, timeouts } = options;
  const { socket } = await client.connect(url, {
    signal,
    ...(sni === undefined ? {} : { sni }),
    ...(identity === undefined ? {} : { identity }),
  });
  const { host, authority, path } = requireUrl(url);
  const headers = [["Host", authority], ...fields.filter(([name]) => !isOfConnection(name))];
  const { headMs } = mergeTimeouts(timeouts, mergeTimeouts(optionsOf(client).timeouts));
  return new Promise<Switched>((resolve, reject) => {
    const asked = nodeHttp.request(
      bare<RequestOptions>({
        createConnection: () => socket,
        method,
        path,
        headers: [...headers, ["Connection", "upgrade"], ["Upgrade", upgrade]].flat(),
        setHost: false,
        signal,
      }),
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const onLate = (): void =>
      fail(new HttpsError("head-timeout", { host, limitMs: headMs, bytesReceived: 0 }));
    const timer = headMs === Infinity ? undefined : setTimeout(onLate, headMs);
    asked.on(
      "upgrade",
      ({ statusCode = 101, rawHeaders }: IncomingMessage, switched: Duplex, first: Buffer) => {
        clearTimeout(timer);
        if (first.length > 0) switched.unshift(first);
        resolve({ status: statusCode, fields: pairsOf(rawHeaders), socket: switched });
      },
    );
    asked.on("response", ({ statusCode = 0 }) => {
      const reason = `it answered ${statusCode} in the place of 101`;
      fail(new HttpsError("websocket-refused", { host, reason, status: statusCode }));
    });
    asked.on("error", fail);
    asked.end();
  });
}

const isOfConnection = (name: string): boolean => /^(?:host|connection|upgrade)$/i.test(name);

function pairsOf(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
}

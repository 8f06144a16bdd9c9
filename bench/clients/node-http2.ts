/** Node's own `http2`, by hand: one session, a stream a request, windows as large as a server can fill. */
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { OpenClient } from "./client.ts";

/** Node's 64 KiB would be what is measured of a download. */
const windowBytes = 16_777_216;

export const openNodeHttp2: OpenClient = ({ ca }) => {
  let session: ClientHttp2Session | undefined;
  const ask = (url: string, method: "GET" | "PUT" = "GET"): ClientHttp2Stream => {
    const slash = url.indexOf("/", "https://".length);
    session ??= openSession(url.slice(0, slash), ca);
    return session.request({ ":method": method, ":path": url.slice(slash) });
  };
  const collect = async (url: string): Promise<Buffer> => {
    const parts: Buffer[] = [];
    await readAll(ask(url), (chunk) => parts.push(chunk));
    const [first, second] = parts;
    return first !== undefined && second === undefined ? first : Buffer.concat(parts);
  };
  return {
    json: async (url) => JSON.parse((await collect(url)).toString()) as unknown,
    bytes: async (url) => (await collect(url)).length,
    drain: async (url) => {
      let length = 0;
      await readAll(ask(url), (chunk) => (length += chunk.length));
      return length;
    },
    upload: async (url, chunks) => {
      const stream = ask(url, "PUT");
      let status = 0;
      stream.on("response", ({ ":status": code = 0 }) => (status = code));
      const answered = readAll(stream, () => {});
      await pipeline(Readable.from(chunks, { objectMode: false }), stream);
      await answered;
      return status;
    },
    close: () => session?.close(),
  };
};

function openSession(origin: string, ca: string): ClientHttp2Session {
  const session = connect(origin, { ca, settings: { enablePush: false, initialWindowSize: windowBytes } });
  session.on("connect", () => session.setLocalWindowSize(windowBytes));
  return session;
}

function readAll(stream: ClientHttp2Stream, onData: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on("data", onData).on("end", resolve).on("error", reject);
  });
}

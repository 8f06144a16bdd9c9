/** undici's four ways to make a request. */
import { Readable, Writable } from "node:stream";
import { Agent, fetch, ProxyAgent, request, stream, type Dispatcher } from "undici";
import { keptIdleMs, type BenchClient, type ClientSettings, type OpenClient } from "./client.ts";

function openDispatcher({ ca, protocol, connections, proxy }: ClientSettings): Dispatcher {
  const shared = { connections, keepAliveTimeout: keptIdleMs, keepAliveMaxTimeout: keptIdleMs };
  return proxy === undefined
    ? new Agent({ ...shared, connect: { ca }, allowH2: protocol === "h2" })
    : new ProxyAgent({ ...shared, uri: proxy, requestTls: { ca } });
}

export const openUndiciRequest: OpenClient = (settings) => {
  const dispatcher = openDispatcher(settings);
  return {
    json: async (url) => (await request(url, { dispatcher })).body.json(),
    bytes: async (url) => (await (await request(url, { dispatcher })).body.arrayBuffer()).byteLength,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of (await request(url, { dispatcher })).body) length += (chunk as Buffer).length;
      return length;
    },
    upload: async (url, chunks) => {
      const { statusCode, body } = await request(url, { dispatcher, method: "PUT", body: readable(chunks) });
      await body.dump();
      return statusCode;
    },
    close: () => dispatcher.close(),
  };
};

export const openUndiciStream: OpenClient = (settings) => {
  const dispatcher = openDispatcher(settings);
  const collect = async (url: string): Promise<Buffer> => {
    const parts: Buffer[] = [];
    await stream(url, { dispatcher, method: "GET" }, () => sink((chunk) => parts.push(chunk)));
    return joined(parts);
  };
  return {
    json: async (url) => JSON.parse((await collect(url)).toString()) as unknown,
    bytes: async (url) => (await collect(url)).length,
    drain: async (url) => {
      let length = 0;
      await stream(url, { dispatcher, method: "GET" }, () => sink((chunk) => (length += chunk.length)));
      return length;
    },
    upload: async (url, chunks) => {
      let status = 0;
      await stream(url, { dispatcher, method: "PUT", body: readable(chunks) }, ({ statusCode }) => {
        status = statusCode;
        return sink(() => {});
      });
      return status;
    },
    close: () => dispatcher.close(),
  };
};

export const openUndiciDispatch: OpenClient = (settings) => {
  const dispatcher = openDispatcher(settings);
  const collect = async (url: string): Promise<Buffer> => {
    const parts: Buffer[] = [];
    await dispatch(dispatcher, url, { onData: (chunk) => parts.push(chunk) });
    return joined(parts);
  };
  return {
    json: async (url) => JSON.parse((await collect(url)).toString()) as unknown,
    bytes: async (url) => (await collect(url)).length,
    drain: async (url) => {
      let length = 0;
      await dispatch(dispatcher, url, { onData: (chunk) => (length += chunk.length) });
      return length;
    },
    upload: (url, chunks) => dispatch(dispatcher, url, { onData: () => {}, body: chunks }),
    close: () => dispatcher.close(),
  };
};

export const openUndiciFetch: OpenClient = (settings): BenchClient => {
  const dispatcher = openDispatcher(settings);
  return {
    json: async (url) => (await fetch(url, { dispatcher })).json(),
    bytes: async (url) => (await (await fetch(url, { dispatcher })).arrayBuffer()).byteLength,
    drain: async (url) => {
      let length = 0;
      for await (const chunk of (await fetch(url, { dispatcher })).body ?? [])
        length += (chunk as Uint8Array).length;
      return length;
    },
    upload: async (url, chunks) => {
      const response = await fetch(url, { dispatcher, method: "PUT", body: chunks, duplex: "half" });
      await response.arrayBuffer();
      return response.status;
    },
    close: () => dispatcher.close(),
  };
};

interface Dispatching {
  readonly onData: (chunk: Buffer) => void;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** With the older handler methods, which undici hands on as they are: its fastest form. Gives the status. */
function dispatch(dispatcher: Dispatcher, url: string, { onData, body }: Dispatching): Promise<number> {
  const { origin, pathname } = new URL(url);
  const content = body === undefined ? {} : { body: readable(body) };
  return new Promise((resolve, reject) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler & Record<string, unknown> = {
      onConnect: () => {},
      onHeaders: (statusCode: number) => {
        status = statusCode;
        return true;
      },
      onData: (chunk: Buffer) => {
        onData(chunk);
        return true;
      },
      onComplete: () => resolve(status),
      onError: reject,
    };
    const method = body === undefined ? "GET" : "PUT";
    dispatcher.dispatch({ origin, path: pathname, method, ...content }, handler);
  });
}

function sink(onData: (chunk: Buffer) => void): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      onData(chunk);
      done();
    },
  });
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first, second] = parts;
  return first !== undefined && second === undefined ? first : Buffer.concat(parts);
}

function readable(chunks: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(chunks, { objectMode: false });
}

/** Which requests share a connection of HTTP/2, and when another is opened. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import { connect, type AddressInfo, type LookupFunction } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { Client, type ClientEvent, type HttpsError } from "../../../src/index.ts";
import { identityOf } from "../../pki/index.ts";
import { mintLeaf, mintRoot } from "../../pki/today.ts";
import {
  answering,
  openHttp,
  openOrigin,
  reply,
  root,
  rootPem,
  until,
  whenEmpty,
  type Origin,
} from "../origin.ts";
import { openHttp2, openScript } from "./origin.ts";

const trusting = { roots: rootPem, environment: {} };

const toLoopback: LookupFunction = (_, { all }, then) => {
  if (all === true) then(null, [{ address: "127.0.0.1", family: 4 }]);
  else then(null, "127.0.0.1", 4);
};

const answerAll = (stream: ServerHttp2Stream): void => {
  stream.respond({ ":status": 200 });
  stream.end("x");
};

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error as HttpsError).code,
  );

/** Answers when the test says so. */
async function openHeld(
  settings: { readonly maxConcurrentStreams?: number } = {},
): Promise<Origin & { readonly streams: ServerHttp2Stream[] }> {
  const streams: ServerHttp2Stream[] = [];
  return Object.assign(await openHttp2((stream) => void streams.push(stream), { settings }), { streams });
}

describe("a connection is shared", () => {
  test("never by two names, whatever the certificate has", async () => {
    await using origin = await openHttp2(answerAll);
    await using client = new Client({ ...trusting, lookup: toLoopback });
    for (const name of ["localhost", "any.localhost", "localhost"])
      await (await client.request(`https://${name}:${origin.port}`)).text();
    expect(origin.accepted.length).toBe(2);
  });

  test("not by requests that trust otherwise", async () => {
    await using origin = await openHttp2(answerAll);
    await using client = new Client(trusting);
    const other = mintRoot("Another Root");
    await (await client.request(origin.url)).text();
    await (await client.request(origin.url, { addRoots: [other.der] })).text();
    expect(origin.accepted.length).toBe(2);
    expect(await codeOf(client.request(origin.url, { roots: [other.der] }))).toBe("missing-intermediate");
  });

  test("not by requests that ask for another version", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream) => talk.head(stream, 200, true),
      onHttp1: answering(() => reply("x")),
    });
    await using client = new Client(trusting);
    const versions: string[] = [];
    for (const options of [{}, { protocol: "http/1.1" }, {}, { protocol: "h2" }] as const)
      versions.push((await client.request(origin.url, options)).httpVersion);
    expect(versions).toEqual(["2", "1.1", "2", "2"]);
    expect(origin.accepted.length).toBe(3);
  });

  test("not by requests with another client certificate", async () => {
    const shown: (string | undefined)[] = [];
    await using origin = await openHttp2(
      (stream) => {
        const socket = stream.session?.socket as TLSSocket;
        shown.push(socket.getPeerCertificate().subject?.CN as string | undefined);
        answerAll(stream);
      },
      { tls: { ALPNProtocols: ["h2"], requestCert: true, rejectUnauthorized: false, ca: rootPem } },
    );
    await using client = new Client(trusting);
    const clientCertificate = identityOf(mintLeaf("device", root));
    for (const options of [{}, { clientCertificate }, {}, { clientCertificate }])
      await (await client.request(origin.url, options)).text();
    expect(shown).toEqual([undefined, "device", undefined, "device"]);
    expect(origin.accepted.length).toBe(2);
  });
});

describe("another connection", () => {
  test("is opened when the streams of one are used up, and not before", async () => {
    await using origin = await openHeld({ maxConcurrentStreams: 2 });
    const client = new Client(trusting);
    const first = client.request(origin.url);
    await until(() => origin.streams.length === 1);
    const others = [client.request(origin.url), client.request(origin.url)];
    await until(() => origin.streams.length === 3);
    expect(origin.accepted.length).toBe(2);
    origin.streams.forEach(answerAll);
    const numbers = (await Promise.all([first, ...others])).map(({ connection }) => connection.id);
    expect(new Set(numbers.slice(0, 2)).size).toBe(1);
    expect(new Set(numbers).size).toBe(2);
    client.destroy();
  });

  test("is not opened beyond `connections`: requests wait for a stream that ends", async () => {
    await using origin = await openHeld({ maxConcurrentStreams: 1 });
    const client = new Client({ ...trusting, connections: 1 });
    const requests = [client.request(origin.url)];
    await until(() => origin.streams.length === 1);
    requests.push(client.request(origin.url));
    for (const at of [0, 1]) {
      await until(() => origin.streams.length === at + 1);
      answerAll(origin.streams[at] as ServerHttp2Stream);
      await (await requests[at])?.text();
    }
    expect(origin.accepted.length).toBe(1);
    client.destroy();
  });

  test("carries what comes after GOAWAY; what the server has taken goes on", async () => {
    await using origin = await openHeld();
    await using client = new Client(trusting);
    const first = client.request(origin.url);
    await until(() => origin.streams.length === 1);
    const [stream] = origin.streams as [ServerHttp2Stream];
    const events: ClientEvent[] = [];
    stream.session?.goaway(0, stream.id);
    const retired = new Promise<void>((resolve) => {
      const look = async (): Promise<void> => {
        const response = client.request(origin.url, { onEvent: (event) => events.push(event) });
        await until(() => origin.streams.length >= 2);
        origin.streams.slice(1).forEach((other) => other.headersSent || answerAll(other));
        await (await response).text();
        resolve();
      };
      stream.session?.ping(() => void look());
    });
    await retired;
    answerAll(stream);
    expect(await (await first).text()).toBe("x");
    expect(origin.accepted.length).toBe(2);
  });

  test("is what each gets where HTTP/1.1 is chosen, as soon as that is known", async () => {
    const held: ServerResponse[] = [];
    await using origin = await openHttp((_, response) => {
      if (held.push(response) === 5) for (const waiting of held) waiting.end("x");
    });
    await using client = new Client(trusting);
    await Promise.all(Array.from({ length: 5 }, async () => (await client.request(origin.url)).text()));
    expect(origin.accepted.length).toBe(5);
  });

  test("is tried for each where the first cannot be opened", async () => {
    const server = await openOrigin(() => {}, { tls: false });
    const { port } = server;
    await server.close();
    await using client = new Client(trusting);
    const codes = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(client.request(`https://localhost:${port}`))),
    );
    expect(codes).toEqual(Array(5).fill("connection-refused"));
  });

  test("is opened for whoever waited for one that hangs", async () => {
    await using origin = await openHttp2(answerAll);
    let held: (() => void) | undefined;
    let asked = 0;
    const lookup: LookupFunction = (_, __, then) => {
      if (asked++ === 0) held = () => then(null, "127.0.0.1", 4);
      else then(null, "127.0.0.1", 4);
    };
    const client = new Client({ ...trusting, lookup });
    const first = client.request(origin.url);
    await until(() => held !== undefined);
    expect(await (await client.request(origin.url)).text()).toBe("x");
    held?.();
    expect(await (await first).text()).toBe("x");
    client.destroy();
  });
});

describe("an end", () => {
  test("of one request is no other's", async () => {
    await using origin = await openHeld();
    await using client = new Client(trusting);
    const stop = new AbortController();
    const requests = [
      client.request(origin.url, { signal: stop.signal }),
      client.request(origin.url),
    ] as const;
    await until(() => origin.streams.length === 2);
    stop.abort();
    expect(await codeOf(requests[0])).toBe("aborted");
    await until(() => origin.streams.some(({ aborted }) => aborted));
    answerAll(origin.streams.find(({ aborted }) => !aborted) as ServerHttp2Stream);
    expect(await (await requests[1]).text()).toBe("x");
    expect(origin.accepted.length).toBe(1);
  });

  test("of a connection that broke is that of all its requests, with the rule", async () => {
    await using origin = await openScript({
      onRequest: (talk, stream) => {
        if (stream === 3) talk.writer.windowUpdate(0, 2 ** 31 - 1);
      },
    });
    await using client = new Client(trusting);
    const codes = await Promise.all([codeOf(client.request(origin.url)), codeOf(client.request(origin.url))]);
    expect(codes).toEqual(["http2-protocol-broken", "http2-protocol-broken"]);
    await whenEmpty(origin);
  });

  test("comes to an idle connection after idleMs, with GOAWAY", async () => {
    const goaways: number[] = [];
    await using origin = await openScript({
      onRequest: (talk, stream) => talk.head(stream, 200, true),
      onGoaway: (_, code) => goaways.push(code),
    });
    await using client = new Client({ ...trusting, idleMs: 50 });
    await (await client.request(origin.url)).text();
    await whenEmpty(origin);
    expect(goaways).toEqual([0]);
  });

  test("comes to a connection that is too old, behind its requests", async () => {
    await using origin = await openHeld();
    await using client = new Client({ ...trusting, lifetimeMs: 0 });
    const requests = [client.request(origin.url)];
    await until(() => origin.streams.length === 1);
    requests.push(client.request(origin.url));
    await until(() => origin.streams.length === 2);
    origin.streams.forEach(answerAll);
    for (const request of requests) expect(await (await request).text()).toBe("x");
    expect(origin.accepted.length).toBe(2);
  });

  test("of a server's port while requests are under way is told to each", async () => {
    await using origin = await openHeld();
    await using client = new Client(trusting);
    const requests = [
      client.request(origin.url, { method: "POST" }),
      client.request(origin.url, { method: "POST" }),
    ];
    const codes = requests.map(codeOf);
    await until(() => origin.streams.length === 2);
    for (const socket of origin.accepted) socket.destroy();
    expect(await Promise.all(codes)).toEqual(["empty-response", "empty-response"]);
    const { port } = origin.server.address() as AddressInfo;
    const probe = connect(port, "127.0.0.1");
    await once(probe, "connect");
    probe.destroy();
  });
});

describe("before the server has said how many requests it takes", () => {
  test("bodies that can be read once wait for that, and none is refused", async () => {
    const held: ServerHttp2Stream[] = [];
    await using origin = await openHttp2((stream) => void held.push(stream), {
      settings: { maxConcurrentStreams: 1 },
    });
    await using client = new Client({ ...trusting, connections: 1 });
    const bodies = ["a", "b", "c"].map((text) => new Blob([text]).stream());
    const answers = bodies.map(async (body) =>
      (await client.request(origin.url, { method: "POST", body })).text(),
    );
    for (let at = 0; at < bodies.length; at++) {
      await until(() => held.length === at + 1);
      const [stream] = held.slice(-1) as [ServerHttp2Stream];
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    }
    expect(await Promise.all(answers)).toEqual(["a", "b", "c"]);
    expect(origin.accepted.length).toBe(1);
  });

  test("a server that takes none refuses each request, and holds none", async () => {
    await using origin = await openScript({
      settings: [[3, 0]],
      onRequest: (talk, stream) => talk.writer.reset(stream, "REFUSED_STREAM"),
    });
    await using client = new Client({ ...trusting, connections: 2 });
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(client.request(origin.url))));
    expect(codes).toEqual(Array(10).fill("http2-stream-reset"));
  });

  test("who hears that its request goes out can give it up", async () => {
    await using origin = await openHttp2(answerAll);
    const stop = new AbortController();
    await using client = new Client({
      ...trusting,
      onEvent: ({ kind }) => {
        if (kind === "sent") stop.abort();
      },
    });
    expect(await codeOf(client.request(origin.url, { method: "POST", body: "x", signal: stop.signal }))).toBe(
      "aborted",
    );
    expect(await (await client.request(origin.url)).text()).toBe("x");
    expect(origin.accepted.length).toBe(1);
  });
});

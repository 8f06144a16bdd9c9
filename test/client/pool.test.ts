/** Connections: how many, which is used next, when one is closed, and what may never go over it. */
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Client, type ClientEvent, type ClientOptions, type RequestOptions } from "../../src/index.ts";
import { pemOf } from "../pki/index.ts";
import { mintRoot } from "../pki/today.ts";
import {
  answering,
  mintIdentity,
  openHttp,
  openOrigin,
  reply,
  rootPem,
  settle,
  until,
  whenClosed,
  whenEmpty,
  type Origin,
} from "./origin.ts";

const trusting: ClientOptions = { roots: rootPem, environment: {} };

/** Collects what a client tells. */
function listen(): { readonly events: ClientEvent[]; readonly onEvent: (event: ClientEvent) => void } {
  const events: ClientEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

async function ask(
  client: Client,
  url: string,
  options?: RequestOptions,
): Promise<{ readonly text: string; readonly id: number }> {
  const response = await client.request(url, options);
  return { text: await response.text(), id: response.connection.id };
}

describe("a pool", () => {
  test("opens no more connections than it may, and serves all who wait", async () => {
    await using origin = await openHttp((_, response) => setImmediate(() => response.end("x")));
    await using client = new Client({ ...trusting, connections: 3 });
    const all = await Promise.all(Array.from({ length: 30 }, () => ask(client, origin.url)));
    expect(new Set(all.map(({ id }) => id)).size).toBeLessThanOrEqual(3);
    expect(origin.accepted.length).toBeLessThanOrEqual(3);
  });

  test("serves who waited longest first", async () => {
    const order: string[] = [];
    await using origin = await openHttp((request, response) => {
      order.push(request.url ?? "");
      response.end("x");
    });
    await using client = new Client({ ...trusting, connections: 1 });
    const paths = Array.from({ length: 10 }, (_, at) => `/${at}`);
    await Promise.all(paths.map((path) => ask(client, `${origin.url}${path}`)));
    expect(order).toEqual(paths);
  });

  test("uses the connection used last first", async () => {
    const held: (() => void)[] = [];
    await using origin = await openHttp((request, response) => {
      if (request.url === "/held") held.push(() => response.end("x"));
      else response.end("x");
    });
    await using client = new Client(trusting);
    const both = [ask(client, `${origin.url}/held`), ask(client, `${origin.url}/held`)];
    await until(() => held.length === 2);
    held[0]?.();
    const first = await Promise.race(both);
    held[1]?.();
    const last = (await Promise.all(both)).find(({ id }) => id !== first.id);
    for (let i = 0; i < 4; i++) expect((await ask(client, origin.url)).id).toBe(last?.id);
  });

  test("takes only so many who wait", async () => {
    await using origin = await openOrigin((socket) => socket.resume());
    const client = new Client({ ...trusting, connections: 1, waiting: 2 });
    const outcomes = Promise.allSettled([1, 2, 3, 4].map(() => client.request(origin.url)));
    await until(() => origin.accepted.length > 0);
    client.destroy();
    expect(
      (await outcomes).map(
        (outcome) => outcome.status === "rejected" && (outcome.reason as { code: string }).code,
      ),
    ).toEqual(["client-closed", "client-closed", "too-many-waiting", "too-many-waiting"]);
  });

  test.each<[string, string, number, ClientOptions, string | undefined]>([
    ["the server's hint less a margin", "Keep-Alive: timeout=1\r\n", 0, {}, "idle-too-long"],
    ["a hint of so many requests", "Keep-Alive: timeout=100, max=0\r\n", 0, {}, "keep-alive-max"],
    ["its own idle limit", "", 60, { idleMs: 30 }, "idle-too-long"],
    ["its life", "", 60, { lifetimeMs: 30 }, "lifetime-over"],
    ["Connection: close", "Connection: close\r\n", 0, {}, "response-close"],
    ["Connection: close among others", "Connection: x, CLOSE, y\r\n", 0, {}, "response-close"],
    ["no reason", "Keep-Alive: timeout=100, max=9\r\n", 60, {}, undefined],
  ])("does not use a connection past %s", async (...row) => {
    const [, head, pauseMs, options, reason] = row;
    const { events, onEvent } = listen();
    await using origin = await openOrigin(answering(() => reply("x", head)));
    await using client = new Client({ ...trusting, ...options, onEvent });
    const first = await ask(client, origin.url);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const second = await ask(client, origin.url);
    expect(second.id === first.id).toBe(reason === undefined);
    if (reason !== undefined)
      expect(events).toContainEqual(
        expect.objectContaining({ kind: "retired", connection: first.id, reason }),
      );
  });

  test("closes idle connections by itself, and keeps no process alive for them", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client({ ...trusting, idleMs: 30 });
    await ask(client, origin.url);
    await whenEmpty(origin);
  });

  test("keeps a request over a server's close, when another connection can carry it", async () => {
    await using origin = await openOrigin(
      answering(({ index, connection }, socket) => {
        if (index === 1 && connection === 0) return void socket.destroy();
        return reply(`connection ${connection}`);
      }),
    );
    await using client = new Client(trusting);
    await ask(client, origin.url);
    const response = await client.request(origin.url);
    expect(await response.text()).toBe("connection 1");
    expect(response.attempts).toMatchObject([
      {
        reused: true,
        outcome: { code: "empty-response" },
        retried: expect.stringContaining("had been used before") as string,
      },
      { reused: false, outcome: { status: 200 } },
    ]);
  });
});

test("a retry goes over a fresh connection, though many kept ones are at hand that have all been ended", async () => {
  // Every connection answers its first request, and ends at its second: what is kept is never any good.
  await using origin = await openOrigin(
    answering(({ index }, socket) => (index === 0 ? reply("fresh") : void socket.destroy())),
  );
  await using client = new Client({ ...trusting, connections: 4 });
  for (let round = 0; round < 4; round++) {
    const all = await Promise.all(Array.from({ length: 12 }, () => ask(client, origin.url)));
    expect(new Set(all.map(({ text }) => text))).toEqual(new Set(["fresh"]));
  }
});

describe("close()", () => {
  test("lets a request under way come to its end, and waits for it", async () => {
    let finish: () => void = () => {};
    await using origin = await openHttp((_, response) => {
      response.write("first");
      finish = () => response.end(" last");
    });
    const client = new Client(trusting);
    const response = await client.request(origin.url);
    let closed = false;
    const closing = Promise.all([client.close(), client.close()]).then(() => (closed = true));
    await expect(client.request(origin.url)).rejects.toMatchObject({ code: "client-closed" });
    await expect(client.connect(origin.url)).rejects.toMatchObject({ code: "client-closed" });
    expect(closed).toBe(false);
    finish();
    expect(await response.text()).toBe("first last");
    await closing;
    await whenEmpty(origin);
  });

  test("destroy() ends everything, at whatever point it is, once", async () => {
    let asked = 0;
    await using origin = await openHttp((request, response) => {
      asked++;
      if (request.url === "/body") response.write("first");
    });
    const client = new Client({ ...trusting, connections: 2 });
    const response = await client.request(`${origin.url}/body`);
    const others = [1, 2, 3].map(() => client.request(origin.url));
    const body = response.text();
    await until(() => asked === 2);
    client.destroy();
    for (const outcome of [...others, body])
      await expect(outcome).rejects.toMatchObject({ code: "client-closed" });
    await whenEmpty(origin);
  });
});

describe("bytes nobody asked for", () => {
  const poison = reply("poison");
  /** The same, cut into TLS records of their own. */
  const behind: readonly (readonly [string, (socket: Socket) => void])[] = [
    ["in the same write", (socket) => socket.write(reply("first") + poison)],
    [
      "in a record of its own",
      (socket) => {
        socket.cork();
        socket.write(reply("first".padEnd(16_000)));
        socket.write(poison);
        socket.uncork();
      },
    ],
    [
      "in two halves",
      (socket) => {
        socket.write(reply("first") + poison.slice(0, 10));
        socket.write(poison.slice(10));
      },
    ],
  ];
  const modes = behind.flatMap(([name, write]) =>
    [true, false].map((tls) => [name, tls ? "TLS" : "plaintext", write] as const),
  );

  test.each(modes)("a response %s behind the first, over %s, answers nobody", async (_, mode, write) => {
    const { events, onEvent } = listen();
    await using origin = await openOrigin(
      answering(({ connection, index }, socket) => {
        if (connection > 0 || index > 0) return reply("right");
        write(socket);
        return undefined;
      }),
      mode === "TLS" ? {} : { tls: false },
    );
    await using client = new Client({ ...trusting, connections: 1, onEvent });
    const waiting = [1, 2].map(() => ask(client, origin.url));
    const [first, second] = await Promise.all(waiting);
    expect(first?.text.trim()).toBe("first");
    expect(second?.text).toBe("right");
    expect((await ask(client, origin.url)).text).toBe("right");
    expect(events).toContainEqual(expect.objectContaining({ kind: "unsolicited", connection: first?.id }));
    await whenClosed(origin.accepted[0]);
  });

  test("that come while a connection is idle close it, and are reported", async () => {
    const { events, onEvent } = listen();
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client({ ...trusting, onEvent });
    const { id } = await ask(client, origin.url);
    origin.accepted[0]?.write("HTTP/1.1 200 OK\r\n\r\n");
    await whenClosed(origin.accepted[0]);
    expect(events).toContainEqual({ kind: "unsolicited", origin: origin.url, connection: id, bytes: 19 });
    expect((await ask(client, origin.url)).id).not.toBe(id);
  });

  test("an empty line between responses is borne", async () => {
    await using origin = await openOrigin(answering(() => `${reply("x")}\r\n`));
    await using client = new Client(trusting);
    const { id } = await ask(client, origin.url);
    expect((await ask(client, origin.url)).id).toBe(id);
  });

  test("a server that speaks first is not asked", async () => {
    await using origin = await openOrigin((socket) => socket.write("220 hello\r\n"));
    await using client = new Client(trusting);
    await expect(client.request(origin.url)).rejects.toMatchObject({
      code: expect.stringMatching(/^unsolicited-bytes$|^not-http$/) as string,
    });
  });
});

describe("a connection opened under one policy never serves another", () => {
  const other = mintRoot("Another Root");
  test.each<[string, RequestOptions]>([
    ["more roots", { addRoots: pemOf(other) }],
    ["a pin", { pins: { "a.localhost": ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] } }],
    ["insecure", { insecure: { reason: "test" } }],
    ["another name to check", { identity: "127.0.0.1" }],
    ["another name to send", { sni: "a.localhost" }],
    ["no name to send", { sni: null }],
    ["another profile", { profile: "rfc5280" }],
    ["no revocation", { revocation: "off" }],
    ["another moment", { at: Date.now() + 1_000_000 }],
    ["one version", { maxVersion: "TLSv1.2" }],
    ["a client certificate", { clientCertificate: mintIdentity() }],
  ])("not with %s", async (_, options) => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    const plain = await ask(client, origin.url);
    const special = await ask(client, origin.url, options);
    expect(special.id).not.toBe(plain.id);
    expect((await ask(client, origin.url)).id).toBe(plain.id);
    expect((await ask(client, origin.url, { ...options })).id).toBe(special.id);
  });

  test("and a pin that does not match is refused although a connection is open", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client(trusting);
    await ask(client, origin.url);
    const pins = { localhost: ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] };
    await expect(client.request(origin.url, { pins })).rejects.toMatchObject({ code: "pin-mismatch" });
  });

  test("an option of undefined takes nothing away that the client asked for", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    const pins = { localhost: ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] };
    await using pinning = new Client({ ...trusting, pins });
    await expect(pinning.request(origin.url, { pins: undefined } as never)).rejects.toMatchObject({
      code: "pin-mismatch",
    });
    await expect(
      pinning.request(origin.url, { roots: undefined, redirects: 3 } as never),
    ).rejects.toMatchObject({ code: "pin-mismatch" });
  });

  test("options that were changed since their last use are read anew", async () => {
    await using origin = await openOrigin(answering(() => reply("x")));
    await using client = new Client({ environment: {} });
    const options: { insecure?: { readonly reason: string } } = { insecure: { reason: "once" } };
    expect((await client.request(origin.url, options)).trust.kind).toBe("unverified");
    delete options.insecure;
    await expect(client.request(origin.url, options)).rejects.toMatchObject({ code: "missing-intermediate" });
  });
});

describe("pipelining", () => {
  /** Holds answers back until `count` requests are there. */
  const batching = (count: number): Promise<Origin> => {
    const held: string[] = [];
    return openOrigin(
      answering(({ head, index }, socket) => {
        const path = head[0]?.split(" ")[1] ?? "";
        if (index === 0) return reply(path);
        held.push(reply(path));
        if (held.length < count) return undefined;
        for (const answer of held.splice(0)) socket.write(answer, "latin1");
        return undefined;
      }),
    );
  };

  test("is off unless asked for", async () => {
    let asked = 0;
    await using origin = await openOrigin(
      answering(({ index }) => (asked++, index === 0 ? reply("x") : undefined)),
    );
    const client = new Client({ ...trusting, connections: 1 });
    await ask(client, origin.url);
    const pending = Promise.allSettled([ask(client, origin.url), ask(client, origin.url)]);
    await until(() => asked > 1);
    await settle();
    client.destroy();
    await pending;
    expect([asked, origin.accepted.length]).toEqual([2, 1]);
  });

  test("sends ahead on a connection that has shown that it persists, and answers go to whom they belong", async () => {
    await using origin = await batching(3);
    await using client = new Client({ ...trusting, connections: 1, pipelining: 3 });
    await ask(client, `${origin.url}/0`);
    const answers = await Promise.all(["/1", "/2", "/3"].map((path) => ask(client, origin.url + path)));
    expect(answers.map(({ text }) => text)).toEqual(["/1", "/2", "/3"]);
    expect(origin.accepted.length).toBe(1);
  });

  test("one caller's abort is not the others'", async () => {
    await using origin = await batching(3);
    const controller = new AbortController();
    const onEvent = (event: ClientEvent): void => {
      if (event.kind === "sent" && event.url.endsWith("/3")) controller.abort();
    };
    await using client = new Client({ ...trusting, connections: 1, pipelining: 3, onEvent });
    await ask(client, `${origin.url}/0`);
    const [first, second, third] = ["/1", "/2", "/3"].map((path) =>
      ask(client, origin.url + path, path === "/2" ? { signal: controller.signal } : {}),
    );
    await expect(second).rejects.toMatchObject({ code: "aborted" });
    expect([(await first)?.text, (await third)?.text]).toEqual(["/1", "/3"]);
    expect(origin.accepted.length).toBe(1);
  });

  test("a POST is never sent ahead, nor behind", async () => {
    await using origin = await openHttp((request, response) =>
      request.resume().on("end", () => response.end(request.method)),
    );
    await using client = new Client({ ...trusting, pipelining: 4, connections: 1 });
    await ask(client, origin.url);
    const all = await Promise.all(
      ["GET", "POST", "GET"].map((method) => ask(client, origin.url, { method })),
    );
    expect(all.map(({ text }) => text)).toEqual(["GET", "POST", "GET"]);
  });
});

/** Bodies on their way out: each kind, how it is framed, when it is sent, and what happens when it is not wanted. */
import { once } from "node:events";
import { Readable } from "node:stream";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { Client, type BodyInput, type HttpsError, type RequestOptions } from "../../src/index.ts";
import { clientLimits } from "../../src/client/index.ts";
import { openHttp2 } from "./http2/origin.ts";
import {
  answering,
  openHttp,
  openOrigin,
  reply,
  rootPem,
  settle,
  until,
  whenClosed,
  whenEmpty,
  type Received,
} from "./origin.ts";
import { holdClock } from "../clock.ts";

/** Sends one request to a raw server and gives what arrived there. */
async function send(options: RequestOptions): Promise<Received & { readonly status: number }> {
  let received: Received | undefined;
  await using origin = await openOrigin(
    answering((request) => {
      received = request;
      return reply("");
    }),
  );
  await using client = new Client({ roots: rootPem });
  const response = await client.request(origin.url, { method: "POST", ...options });
  await response.bytes();
  if (received === undefined) throw new Error("nothing arrived");
  return { ...received, status: response.status };
}

function fieldOf({ head }: Received, name: string): string | undefined {
  return head
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

async function* pieces(...list: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of list) {
    await Promise.resolve();
    yield piece;
  }
}

/** A stream that never has anything, and tells when it is left. */
function silent(): { readonly body: ReadableStream<Uint8Array>; readonly left: Promise<unknown> } {
  let leave: (reason: unknown) => void = () => {};
  const left = new Promise<unknown>((resolve) => (leave = resolve));
  return { body: new ReadableStream({ cancel: (reason) => leave(reason) }), left };
}

describe("a body out", () => {
  const form = (): FormData => {
    const data = new FormData();
    data.append("plain", "one\ntwo");
    data.append('na"me\r\n', "x");
    data.append("file", new File(["a,b"], 'q"uote\r\n.csv', { type: "text/csv" }));
    data.append("blob", new Blob([new Uint8Array([0, 255])]));
    return data;
  };

  test.each<[string, BodyInput, string, string | undefined]>([
    ["a string", "gr\u00fc\u00df", "gr\u00c3\u00bc\u00c3\u009f", "text/plain;charset=UTF-8"],
    ["an empty string", "", "", "text/plain;charset=UTF-8"],
    ["a Uint8Array", new Uint8Array([1, 2]), "\u0001\u0002", undefined],
    ["a Buffer", Buffer.from("buffer"), "buffer", undefined],
    ["a view into the middle", new DataView(new Uint8Array([1, 65, 66, 2]).buffer, 1, 2), "AB", undefined],
    ["an ArrayBuffer", new Uint8Array([67]).buffer, "C", undefined],
    [
      "URLSearchParams",
      new URLSearchParams([
        ["a", "1&2"],
        ["a", "\u00fc"],
      ]),
      "a=1%262&a=%C3%BC",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    ["a Blob", new Blob(["blob"], { type: "image/x" }), "blob", "image/x"],
    ["a Blob without a type", new Blob(["blob"]), "blob", undefined],
  ])("that is %s goes with its length and its type", async (_, body, text, type) => {
    const received = await send({ body });
    expect(received.body).toBe(text);
    expect(fieldOf(received, "content-length")).toBe(String(text.length));
    expect(fieldOf(received, "content-type")).toBe(type);
    expect(fieldOf(received, "transfer-encoding")).toBeUndefined();
  });

  test.each<[string, () => BodyInput]>([
    ["an async iterable", () => pieces("one", new Uint8Array(0), "", Buffer.from("two"))],
    ["a ReadableStream", () => webStream("one", Buffer.from("two"))],
    ["a Readable of Node's", () => Readable.from(["one", Buffer.from("two")])],
  ])("that is %s goes in chunks, none of them empty", async (_, body) => {
    const received = await send({ body: body() });
    expect(received.body).toBe("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    expect(fieldOf(received, "transfer-encoding")).toBe("chunked");
    expect(fieldOf(received, "content-length")).toBeUndefined();
  });

  test("that is a form goes as multipart, with its length, and nothing in it ends a part early", async () => {
    const received = await send({ body: form() });
    const boundary =
      /^multipart\/form-data; boundary=(.+)$/.exec(fieldOf(received, "content-type") ?? "")?.[1] ?? "";
    expect(Number(fieldOf(received, "content-length"))).toBe(received.body.length);
    expect(received.body.split(`--${boundary}`)).toEqual([
      "",
      '\r\nContent-Disposition: form-data; name="plain"\r\n\r\none\r\ntwo\r\n',
      '\r\nContent-Disposition: form-data; name="na%22me%0D%0A"\r\n\r\nx\r\n',
      '\r\nContent-Disposition: form-data; name="file"; filename="q%22uote%0D%0A.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n',
      '\r\nContent-Disposition: form-data; name="blob"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\n\u0000\u00ff\r\n',
      "--\r\n",
    ]);
  });

  test("of a form cannot carry a newline in a file's type", async () => {
    class Forged extends File {
      override get type(): string {
        return "text/x\r\nX-Injected: 1";
      }
    }
    const data = new FormData();
    data.set("file", new Forged(["x"], "f"));
    const received = await send({ body: data });
    expect(received.body).not.toContain("\r\nX-Injected");
  });

  test("the caller's Content-Type stands instead of the body's own", async () => {
    expect(
      fieldOf(await send({ body: "{}", headers: { "Content-Type": "application/json" } }), "content-type"),
    ).toBe("application/json");
    expect(
      fieldOf(await send({ body: "{}", headers: { "content-type": null } }), "content-type"),
    ).toBeUndefined();
  });

  test("that is absent is said to be, where one is expected", async () => {
    expect(fieldOf(await send({ method: "POST" }), "content-length")).toBe("0");
    expect(fieldOf(await send({ method: "DELETE" }), "content-length")).toBeUndefined();
    expect(fieldOf(await send({ method: "GET", body: null }), "content-length")).toBeUndefined();
  });

  test.each([
    clientLimits.joinedWriteBytes.value - 1,
    clientLimits.joinedWriteBytes.value,
    clientLimits.joinedWriteBytes.value + 1,
    1_000_000,
  ])("of %d bytes arrives whole", async (length) => {
    const body = Buffer.alloc(length, "abc");
    expect((await send({ body })).body.length).toBe(length);
  });

  test.each<[string, () => BodyInput, object]>([
    [
      "whose stream fails",
      () => failing(new Error("disk gone")),
      { code: "request-body-failed", detail: { reason: "disk gone" } },
    ],
    [
      "whose stream yields numbers",
      () => webStream(7 as never),
      { code: "option-invalid", detail: { option: "body" } },
    ],
    ["whose stream is locked", () => locked(), { code: "request-body-failed" }],
  ])("%s fails its request, and its connection with it", async (_, body, error) => {
    await using origin = await openOrigin((socket) => socket.resume());
    await using client = new Client({ roots: rootPem });
    await expect(client.request(origin.url, { method: "POST", body: body() })).rejects.toMatchObject(error);
    await whenEmpty(origin);
  });

  test("tells how much of it was sent", async () => {
    const sent: (readonly [number, number | undefined])[] = [];
    const onUploadProgress = (bytes: number, total: number | undefined): void =>
      void sent.push([bytes, total]);
    await send({ body: "12345", onUploadProgress });
    await send({ body: pieces("123", "45"), onUploadProgress });
    expect(sent).toEqual([
      [5, 5],
      [3, undefined],
      [5, undefined],
    ]);
    sent.length = 0;
    await send({ body: new Uint8Array(600_000), onUploadProgress });
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.at(-1)).toEqual([600_000, 600_000]);
  });

  test("waits for a peer that takes it slowly, and asks its source for no more meanwhile", async () => {
    let given = 0;
    const chunk = new Uint8Array(65_536);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; given < 2_000; given++) {
        await Promise.resolve();
        yield chunk;
      }
    }
    let peer: Socket | undefined;
    await using origin = await openOrigin((socket) => (peer = socket.pause()));
    await using client = new Client({ roots: rootPem });
    const controller = new AbortController();
    const pending = client.request(origin.url, {
      method: "PUT",
      body: endless(),
      signal: controller.signal,
      timeouts: { sendMs: 300 },
    });
    await expect(pending).rejects.toMatchObject({ code: "send-timeout", detail: { limitMs: 300 } });
    expect(given).toBeLessThan(2_000);
    expect(peer).toBeDefined();
  });

  test.each([
    ["less", 12, "content"],
    ["more", 3, ""],
  ])("that turns out to be %s than its length is an error, and no whole request", async (_, size, sent) => {
    let received = "";
    let arrived: () => void = () => {};
    const got = async (end: string): Promise<void> => {
      while (!received.endsWith(end)) await new Promise<void>((resolve) => (arrived = resolve));
    };
    await using origin = await openOrigin((socket) =>
      socket.on("data", (chunk: Buffer) => {
        received += chunk.toString("latin1");
        arrived();
      }),
    );
    // A file that is written to between the look at its size and the look at its content.
    class Changed extends Blob {
      override get size(): number {
        return size;
      }
      override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
        return new ReadableStream({
          start: async (controller) => {
            await got("\r\n\r\n");
            controller.enqueue(new TextEncoder().encode("content"));
            await got("content");
            controller.close();
          },
        });
      }
    }
    await using client = new Client({ roots: rootPem });
    await expect(client.request(origin.url, { method: "PUT", body: new Changed() })).rejects.toMatchObject({
      code: "request-body-mismatch",
      detail: { declaredBytes: size, sentBytes: 7 },
    });
    await whenClosed(origin.accepted[0]);
    expect(received).toContain(`\r\nContent-Length: ${size}\r\n`);
    expect(received.split("\r\n\r\n")[1]).toBe(sent);
  });

  test("that comes slowly from the caller is not measured by the server's deadline", async () => {
    using clock = holdClock();
    let next: (() => void) | undefined;
    async function* slow(): AsyncGenerator<string> {
      yield "one";
      await new Promise<void>((resolve) => (next = resolve));
      yield "two";
    }
    await using origin = await openOrigin(answering(() => reply("done")));
    await using client = new Client({ roots: rootPem });
    const pending = client.request(origin.url, {
      method: "POST",
      body: slow(),
      timeouts: { headMs: 40, sendMs: 40 },
    });
    await until(() => next !== undefined);
    await settle(); // What was written has gone out.
    clock.pass(150);
    next?.();
    expect(await (await pending).text()).toBe("done");
  });
});

describe("Expect: 100-continue", () => {
  const expecting = { method: "POST", body: "the body", expectContinue: 5_000 } as const;
  const heads = (socket: Socket, then: (rest: string) => void): void => {
    let seen = "";
    socket.on("data", (chunk: Buffer) =>
      then((seen += chunk.toString("latin1")).split("\r\n\r\n").slice(1).join("\r\n\r\n")),
    );
  };

  test("the body waits for 100, and then goes", async () => {
    let before: string | undefined;
    await using origin = await openOrigin((socket) =>
      heads(socket, (body) => {
        if (before === undefined) {
          before = body;
          socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        } else if (body === "the body") socket.write(reply("got it"));
      }),
    );
    await using client = new Client({ roots: rootPem });
    expect(await (await client.request(origin.url, expecting)).text()).toBe("got it");
    expect(before).toBe("");
  });

  test("a final answer without 100: the body is not sent, and the connection is not used again", async () => {
    let sent = "";
    await using origin = await openOrigin((socket) =>
      heads(socket, (body) => {
        sent = body;
        if (body === "") socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      }),
    );
    await using client = new Client({ roots: rootPem });
    const response = await client.request(origin.url, expecting);
    await response.bytes();
    expect([response.status, sent]).toEqual([403, ""]);
    await whenClosed(origin.accepted[0]);
  });

  test("silence ends the wait, and the body goes", async () => {
    await using origin = await openOrigin(answering(() => reply("late")));
    await using client = new Client({ roots: rootPem });
    const response = await client.request(origin.url, { ...expecting, expectContinue: 30 });
    expect(await response.text()).toBe("late");
  });

  test("nothing is expected where there is no body", async () => {
    const received = await send({ method: "GET", expectContinue: true });
    expect(fieldOf(received, "expect")).toBeUndefined();
    expect(fieldOf(await send({ body: "x", expectContinue: 10 }), "expect")).toBe("100-continue");
  });
});

describe("a stream whose length is stated, over HTTP/2", () => {
  /** What became of the stream at the server: its bytes where it came whole. */
  async function sendTo(length: string, options: RequestOptions = {}): Promise<readonly unknown[]> {
    const seen: string[] = [];
    let over: () => void = () => {};
    const closed = new Promise<void>((resolve) => (over = resolve));
    await using origin = await openHttp2((stream, headers) => {
      if (headers.expect !== undefined) {
        seen.push("expected");
        stream.additionalHeaders({ ":status": 100 });
      }
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      stream.on("end", () => {
        if (stream.aborted) return;
        seen.push(`whole: ${text}`);
        stream.respond({ ":status": 200 }, { endStream: true });
      });
      stream.on("aborted", () => seen.push("broken"));
      stream.on("close", over);
    });
    await using client = new Client({ roots: rootPem, protocol: "h2" });
    const outcome = await client
      .put(origin.url, { body: pieces("hel", "lo"), headers: { "content-length": length }, ...options })
      .then(
        ({ status }) => status,
        (error: unknown) => (error as HttpsError).code,
      );
    await closed;
    return [outcome, ...seen];
  }

  test("is sent with it, and tells how far it is", async () => {
    const told: unknown[] = [];
    const onUploadProgress = (...progress: readonly unknown[]): void => void told.push(progress);
    expect(await sendTo("5", { onUploadProgress })).toEqual([200, "whole: hello"]);
    expect(told).toEqual([
      [3, 5],
      [5, 5],
    ]);
  });

  test.each(["4", "6"])("is held to it: %s for 5, and the server has no whole request", async (length) => {
    expect(await sendTo(length)).toEqual(["request-body-mismatch", "broken"]);
  });

  test("waits for 100 Continue where it is told to", async () => {
    expect(await sendTo("5", { expectContinue: 60_000 })).toEqual([200, "expected", "whole: hello"]);
  });
});

describe("an answer that comes before the request is sent", () => {
  test("is given at once, the source is left, and the connection is not used again", async () => {
    await using origin = await openOrigin((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"));
    });
    await using client = new Client({ roots: rootPem });
    const { body, left } = silent();
    const response = await client.request(origin.url, { method: "POST", body });
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    await left;
    expect(response.timings.firstByteMs).toBeLessThanOrEqual(response.timings.totalMs);
    await whenClosed(origin.accepted[0]);
  });

  test("does not keep a connection open whose peer reads no more", async () => {
    await using origin = await openOrigin((socket) => {
      socket.once("data", () => socket.pause().write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"));
    });
    await using client = new Client({ roots: rootPem });
    const response = await client.request(origin.url, { method: "POST", body: new Uint8Array(32_000_000) });
    expect(response.status).toBe(413);
    const [accepted] = origin.accepted;
    accepted?.resume();
    await whenClosed(accepted);
  });

  test("and streams while the request does is read in both directions", async () => {
    await using echo = await openHttp((request, response) => {
      response.writeHead(200);
      request.pipe(response);
    });
    await using client = new Client({ roots: rootPem });
    let step: () => void = () => {};
    async function* talk(): AsyncGenerator<string> {
      yield "ping";
      await new Promise<void>((resolve) => (step = resolve));
      yield "pong";
    }
    const response = await client.request(echo.url, { method: "POST", body: talk() });
    const chunks = response[Symbol.asyncIterator]();
    expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe("ping");
    step();
    expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe("pong");
    expect((await chunks.next()).done).toBe(true);
  });
});

test("an aborted upload leaves its source at once, of whichever kind it is", async () => {
  await using origin = await openOrigin((socket) => socket.resume());
  await using client = new Client({ roots: rootPem });
  const abort = async (body: BodyInput): Promise<void> => {
    const controller = new AbortController();
    const started = once(origin.server, "secureConnection");
    const pending = client.request(origin.url, { method: "POST", body, signal: controller.signal });
    await started;
    await settle();
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
  };
  const web = silent();
  await abort(web.body);
  await web.left;
  const node = new Readable({ read: () => {} });
  const closed = once(node, "close");
  await abort(node);
  await closed;
});

function webStream(...chunks: readonly (string | Uint8Array)[]): ReadableStream<string | Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

function failing(error: Error): ReadableStream<Uint8Array> {
  let pulled = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (pulled++ === 0) controller.enqueue(Buffer.from("first"));
      else controller.error(error);
    },
  });
}

function locked(): ReadableStream<Uint8Array> {
  const stream = new ReadableStream<Uint8Array>();
  stream.getReader();
  return stream;
}

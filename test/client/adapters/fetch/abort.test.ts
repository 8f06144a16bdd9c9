/** Ending a fetch: Fetch §5.6 (abort a fetch() call), §2 (fetch controllers). One rule a test. */
import { getEventListeners, once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlayground, reasonOf, type Playground } from "./playground.ts";

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(() => play[Symbol.asyncDispose]());

const mine = new Error("mine");
const small = (): string => play.serve((response) => void response.end("small"));

/** A URL that answers with a beginning, and what tells that the other side saw the end. */
function unending(): { readonly url: string; readonly closed: Promise<unknown> } {
  let tell: ((closing: Promise<unknown>) => void) | undefined;
  const closed = new Promise((resolve) => (tell = resolve));
  const url = play.serve((response) => {
    tell?.(once(response, "close"));
    response.writeHead(200).write("first");
  });
  return { url, closed };
}

describe("§5.6 before the answer", () => {
  test("a signal that was aborted sends nothing", async () => {
    const before = play.seen.length;
    const reason = await reasonOf(play.fetch(play.echo, { signal: AbortSignal.abort() }));
    expect(reason).toMatchObject({ name: "AbortError", code: DOMException.ABORT_ERR });
    expect(play.seen.length).toBe(before);
  });
  test("the reason is the caller's own", async () => {
    expect(await reasonOf(play.fetch(play.echo, { signal: AbortSignal.abort(mine) }))).toBe(mine);
  });
  test("it need not be an error", async () => {
    expect(await reasonOf(play.fetch(play.echo, { signal: AbortSignal.abort("text") }))).toBe("text");
  });
  test("a timeout is a TimeoutError", async () => {
    const reason = await reasonOf(
      play.fetch(
        play.serve(() => {}),
        { signal: AbortSignal.timeout(20) },
      ),
    );
    expect(reason).toMatchObject({ name: "TimeoutError", code: DOMException.TIMEOUT_ERR });
  });
  test("at once after the call", async () => {
    const controller = new AbortController();
    const reason = reasonOf(play.fetch(play.echo, { signal: controller.signal }));
    controller.abort(mine);
    expect(await reason).toBe(mine);
  });
  test("within a redirect", async () => {
    const controller = new AbortController();
    const url = play.redirect(
      302,
      play.serve(() => controller.abort(mine)),
    );
    expect(await reasonOf(play.fetch(url, { signal: controller.signal }))).toBe(mine);
  });
  test("the body's stream is cancelled for the reason, where nothing was sent", async () => {
    let cancelled: unknown;
    const body = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
    const init = { method: "POST", body, duplex: "half", signal: AbortSignal.abort(mine) } as RequestInit;
    expect(await reasonOf(play.fetch(play.echo, init))).toBe(mine);
    expect(cancelled).toBe(mine);
  });
  test("a body's stream that has ended is not cancelled", async () => {
    let cancelled = false;
    const body = new ReadableStream({
      start: (controller) => controller.close(),
      cancel: () => void (cancelled = true),
    });
    const init = { method: "POST", body, duplex: "half", signal: AbortSignal.abort(mine) } as RequestInit;
    expect(await reasonOf(play.fetch(play.echo, init))).toBe(mine);
    expect(cancelled).toBe(false);
  });
  test("the body's stream is cancelled for the reason, where it is being sent", async () => {
    const controller = new AbortController();
    let tell: ((reason: unknown) => void) | undefined;
    const cancelled = new Promise((resolve) => (tell = resolve));
    let pulled = 0;
    const body = new ReadableStream({
      pull: (to) => {
        if (pulled++ > 0) return controller.abort(mine);
        to.enqueue(new Uint8Array(1));
      },
      cancel: (reason) => tell?.(reason),
    });
    const init = { method: "POST", body, duplex: "half", signal: controller.signal } as RequestInit;
    expect(await reasonOf(play.fetch(play.echo, init))).toBe(mine);
    expect(await cancelled).toBe(mine);
  });
});

describe("§5.6 after the answer", () => {
  test("the body ends for the reason, and the connection with it", async () => {
    const controller = new AbortController();
    const { url, closed } = unending();
    const reading = reasonOf((await play.fetch(url, { signal: controller.signal })).text());
    controller.abort(mine);
    expect(await reading).toBe(mine);
    await closed;
  });
  test("a stream that is being read ends for it", async () => {
    const controller = new AbortController();
    const { url, closed } = unending();
    const reader = (await play.fetch(url, { signal: controller.signal })).body?.getReader();
    await reader?.read();
    const reading = reasonOf(reader?.read() ?? Promise.resolve());
    controller.abort(mine);
    expect(await reading).toBe(mine);
    await closed;
  });
  test("a stream that is not read tells who waits for its end", async () => {
    const controller = new AbortController();
    const { url } = unending();
    const reader = (await play.fetch(url, { signal: controller.signal })).body?.getReader();
    controller.abort(mine);
    expect(await reasonOf(reader?.closed ?? Promise.resolve())).toBe(mine);
  });
  test.each(["text", "json", "arrayBuffer", "blob", "formData"] as const)(
    "%s of a body that has arrived ends for it",
    async (reading) => {
      const controller = new AbortController();
      const response = await play.fetch(small(), { signal: controller.signal });
      controller.abort(mine);
      expect(await reasonOf(response[reading]())).toBe(mine);
    },
  );
  test("a stream of a body that has arrived ends for it", async () => {
    const controller = new AbortController();
    const { body } = await play.fetch(small(), { signal: controller.signal });
    controller.abort(mine);
    expect(await reasonOf(body?.getReader().read() ?? Promise.resolve())).toBe(mine);
  });
  test("a stream that is asked for afterwards ends for it", async () => {
    const controller = new AbortController();
    const response = await play.fetch(small(), { signal: controller.signal });
    controller.abort(mine);
    expect(await reasonOf(response.body?.getReader().read() ?? Promise.resolve())).toBe(mine);
  });
  test("at once after it was asked for", async () => {
    const controller = new AbortController();
    const url = play.serve((response) => void response.end(new Uint8Array(20_000)));
    const reading = reasonOf((await play.fetch(url, { signal: controller.signal })).arrayBuffer());
    controller.abort(mine);
    expect(await reading).toBe(mine);
  });
  test("a clone ends for it too, and neither was used", async () => {
    const controller = new AbortController();
    const response = await play.fetch(small(), { signal: controller.signal });
    const clone = response.clone();
    controller.abort(mine);
    expect([response.bodyUsed, clone.bodyUsed]).toEqual([false, false]);
    expect(await reasonOf(response.text())).toBe(mine);
    expect(await reasonOf(clone.text())).toBe(mine);
  });
  test("what was read stays read", async () => {
    const controller = new AbortController();
    const text = await (await play.fetch(small(), { signal: controller.signal })).text();
    controller.abort(mine);
    expect(text).toBe("small");
  });
  test("the first of many that share a signal ends the others", async () => {
    const controller = new AbortController();
    const url = small();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, async () => {
        const text = await (await play.fetch(url, { signal: controller.signal })).text();
        controller.abort(mine);
        return text;
      }),
    );
    const rejected = results.filter((result) => result.status === "rejected");
    expect(rejected.map((result) => result.reason as unknown)).toEqual(Array.from({ length: 9 }, () => mine));
  });
  test("a Request's signal does as well", async () => {
    const controller = new AbortController();
    const { url } = unending();
    const reading = reasonOf((await play.fetch(new Request(url, { signal: controller.signal }))).text());
    controller.abort(mine);
    expect(await reading).toBe(mine);
  });
});

describe("a signal that outlives its fetches", () => {
  test.each<[string, (response: Response) => Promise<unknown>]>([
    ["read as a text", (response) => response.text()],
    ["read as a stream", (response) => new Response(response.body).text()],
    ["cancelled", async (response) => response.body?.cancel()],
  ])("has no listeners once they were %s", async (_, end) => {
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await end(await play.fetch(small(), { signal }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
  test("nobody is warned of listeners", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const { signal } = new AbortController();
    const url = small();
    const responses = await Promise.all(Array.from({ length: 50 }, () => play.fetch(url, { signal })));
    await Promise.all(responses.map((response) => new Response(response.body).text()));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});

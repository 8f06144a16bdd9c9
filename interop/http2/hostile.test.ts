/**
 * The client against a server that breaks the rules of HTTP/2, made of Python's h2: each fault has its code, the server is told
 * what RFC 9113 wants it told, nothing hangs, and the client is usable afterwards.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, HttpsError } from "../../src/index.ts";
import { errorCodes } from "../../src/http2/index.ts";
import { hasHostile, startHostile, type HostileServer, type LastWords } from "./hostile-server.ts";

/** What came of a request, and what the server heard from the client on that connection. */
interface Row {
  readonly path: string;
  readonly code: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** The error code of the client's GOAWAY: it broke the connection off. */
  readonly goaway?: keyof typeof errorCodes;
  /** The error code of the client's RST_STREAM: it broke the request off, and left the connection alone. */
  readonly reset?: keyof typeof errorCodes;
}

const ended: readonly Row[] = [
  {
    path: "/goaway-always",
    code: "http2-goaway",
    detail: { errorCode: "NO_ERROR", debug: "never today", lastStream: 0, isProcessed: false },
  },
  {
    path: "/goaway-in-the-body",
    code: "http2-goaway",
    detail: { errorCode: "ENHANCE_YOUR_CALM", debug: "too_many_pings\\r\\n\\x00", isProcessed: true },
  },
  {
    path: "/refused-always",
    code: "http2-stream-reset",
    detail: { errorCode: "REFUSED_STREAM", hasHead: false },
  },
  {
    path: "/reset-in-the-body",
    code: "http2-stream-reset",
    detail: { errorCode: "INTERNAL_ERROR", hasHead: true, receivedBytes: 1_000, expectedBytes: 5_000 },
  },
  {
    path: "/calm",
    code: "http2-stream-reset",
    detail: { errorCode: "ENHANCE_YOUR_CALM", hasHead: false },
  },
  { path: "/reset-with-unknown-code", code: "http2-stream-reset", detail: { errorCode: "0xbad" } },
  {
    path: "/closed-in-the-body",
    code: "body-truncated",
    detail: { framing: "end-stream", receivedBytes: 1_000, ending: "close-notify" },
  },
  { path: "/closed-before-the-head", code: "empty-response", detail: { ending: "close-notify" } },
];

/** It closes the connection itself. */
const hasLeft: ReadonlySet<string> = new Set([
  "/goaway-in-the-body",
  "/closed-in-the-body",
  "/closed-before-the-head",
]);

const flooded: readonly Row[] = [
  ["/continuation-flood", "continuation-frames"],
  ["/continuation-bytes", "head-block-bytes"],
  ["/settings-flood", "settings"],
  ["/ping-flood", "ping"],
  ["/empty-data-flood", "empty-data"],
  ["/window-update-flood", "window-update"],
  ["/priority-flood", "priority-and-unknown"],
  ["/origin-flood", "priority-and-unknown"],
].map(([path = "", budget]) => ({
  path,
  code: "http2-flood",
  detail: { budget },
  goaway: "ENHANCE_YOUR_CALM",
}));

const broken: readonly Row[] = (
  [
    ["/window-overflow", "FLOW_CONTROL_ERROR"],
    ["/push", "PROTOCOL_ERROR"],
    ["/index-that-is-not-there", "COMPRESSION_ERROR"],
    ["/huffman-that-is-none", "COMPRESSION_ERROR"],
    ["/table-larger-than-allowed", "COMPRESSION_ERROR"],
    ["/data-on-stream-zero", "PROTOCOL_ERROR"],
    ["/head-on-a-stream-of-nobody", "PROTOCOL_ERROR"],
    ["/head-on-an-even-stream", "PROTOCOL_ERROR"],
    ["/frame-too-large", "FRAME_SIZE_ERROR"],
    ["/ping-of-seven", "FRAME_SIZE_ERROR"],
    ["/window-update-of-zero", "PROTOCOL_ERROR"],
    ["/setting-out-of-range", "PROTOCOL_ERROR"],
    ["/push-enabled-by-the-server", "PROTOCOL_ERROR"],
    ["/padding-longer-than-the-frame", "PROTOCOL_ERROR"],
    ["/block-that-is-interrupted", "PROTOCOL_ERROR"],
    ["/continuation-of-nothing", "PROTOCOL_ERROR"],
    ["/acknowledged-with-a-payload", "FRAME_SIZE_ERROR"],
  ] as const
).map(([path, goaway]) => ({
  path,
  code: "http2-protocol-broken",
  detail: { errorCode: goaway },
  goaway,
}));

const malformed: readonly Row[] = [
  { path: "/upper-case", field: "X-Upper" },
  { path: "/connection-field", field: "connection" },
  { path: "/chunked", field: "transfer-encoding" },
  { path: "/no-status", field: ":status" },
  { path: "/two-statuses", field: ":status" },
  { path: "/status-behind", field: ":status" },
  { path: "/status-of-words", field: ":status" },
  { path: "/status-101", field: ":status" },
  { path: "/pseudo-of-a-request", field: ":path" },
  { path: "/pseudo-of-nobody", field: ":soul" },
  { path: "/line-break-in-a-value", field: "x-split" },
  { path: "/nul-in-a-value", field: "x-nul" },
  { path: "/space-around-a-value", field: "x-space" },
  { path: "/empty-name", field: "" },
  { path: "/colon-in-a-name", field: "x:y" },
  { path: "/informational-that-ends", part: "head" },
  { path: "/length-too-short", part: "body" },
  { path: "/content-of-204", part: "body" },
  { path: "/content-before-the-head", part: "body" },
  { path: "/trailers-that-do-not-end", part: "trailers" },
  { path: "/pseudo-in-trailers", part: "trailers" },
].map(({ path, ...detail }) => ({
  path,
  code: "http2-message-malformed",
  detail,
  reset: "PROTOCOL_ERROR",
}));

const unusable: readonly Row[] = [
  {
    path: "/stream-window-overflow",
    code: "http2-protocol-broken",
    detail: { errorCode: "FLOW_CONTROL_ERROR" },
    reset: "FLOW_CONTROL_ERROR",
  },
  {
    path: "/length-too-long",
    code: "body-truncated",
    detail: { expectedBytes: 10, receivedBytes: 5 },
    reset: "PROTOCOL_ERROR",
  },
  { path: "/two-lengths", code: "conflicting-lengths", reset: "PROTOCOL_ERROR" },
  { path: "/length-of-words", code: "content-length-malformed", reset: "PROTOCOL_ERROR" },
  { path: "/header-bomb", code: "head-too-large", reset: "ENHANCE_YOUR_CALM" },
  { path: "/many-fields", code: "head-too-large", reset: "ENHANCE_YOUR_CALM" },
];

describe.skipIf(!hasHostile)(
  "a hostile server (skipped where python3-h2 or openssl is not installed)",
  () => {
    let server: HostileServer;
    beforeAll(async () => {
      server = await startHostile();
    });
    afterAll(() => server[Symbol.asyncDispose]());

    const newClient = (): Client => new Client({ roots: server.caFile, environment: {}, protocol: "h2" });

    /** The error of a request, and what the server heard when the client was closed, which had one more page before. */
    async function askFor(
      path: string,
      options: Parameters<Client["request"]>[1] = {},
    ): Promise<{ readonly error: unknown; readonly words: LastWords }> {
      const heard = server.lastWords(path);
      const client = newClient();
      const error: unknown = await client
        .request(server.origin + path, options)
        .then((response) => response.bytes())
        .catch((error: unknown) => error);
      await expectUsable(client);
      await client.close();
      return { error, words: await heard };
    }

    async function expectUsable(client: Client): Promise<void> {
      const response = await client.request(`${server.origin}/ok`);
      expect([response.httpVersion, await response.text()]).toEqual(["2", "ok\n"]);
    }

    it.each([...ended, ...flooded, ...broken, ...malformed, ...unusable])(
      "$path: $code",
      async ({ path, code, detail = {}, goaway, reset }) => {
        const { error, words } = await askFor(path);
        expect(error).toBeInstanceOf(HttpsError);
        expect(error).toMatchObject({ code, detail });
        if (goaway !== undefined) expect(words.goaway).toBe(errorCodes[goaway]);
        // A client that leaves says so, where the server has not left before it.
        else expect([errorCodes.NO_ERROR, hasLeft.has(path) ? null : 0]).toContain(words.goaway);
        expect(words.resets).toEqual(reset === undefined ? [] : [errorCodes[reset]]);
      },
    );

    it("a flood behind an answer: the answer is whole, and the connection is not used again", async () => {
      await using client = newClient();
      const heard = server.lastWords("/reset-flood");
      expect(await (await client.request(`${server.origin}/reset-flood`)).text()).toBe("ok\n");
      expect((await heard).goaway).toBe(errorCodes.ENHANCE_YOUR_CALM);
      await expectUsable(client);
    });

    it("interim answers without end are a fault of their request", async () => {
      const { error } = await askFor("/informational-flood");
      expect(error).toMatchObject({ code: "too-many-informational" });
    });

    it("more than the window of an answer that nobody reads ends the connection", async () => {
      await using client = newClient();
      const heard = server.lastWords("/more-than-the-window");
      const response = await client.request(`${server.origin}/more-than-the-window`);
      expect((await heard).goaway).toBe(errorCodes.FLOW_CONTROL_ERROR);
      await expect(response.bytes()).rejects.toMatchObject({
        code: "http2-protocol-broken",
        detail: { errorCode: "FLOW_CONTROL_ERROR" },
      });
      await expectUsable(client);
    });

    it("GOAWAY while an answer is under way lets it come whole; the next request takes another connection", async () => {
      await using client = newClient();
      const response = await client.request(`${server.origin}/goaway-with-the-rest`);
      expect(await response.text()).toBe("the first half, the second\n");
      const next = await client.request(`${server.origin}/ok`);
      await next.bytes();
      expect(next.connection.id).not.toBe(response.connection.id);
    });

    it.each(["GET", "POST"])(
      "what a server says that it did nothing with is sent again, a %s too",
      async (method) => {
        for (const path of ["/goaway-once", "/refused-once"]) {
          await using client = newClient();
          const url = `${server.origin}${path}?${method}`;
          const response = await client.request(url, {
            method,
            ...(method === "POST" && { body: "content" }),
          });
          expect([response.status, await response.text(), response.attempts.length]).toEqual([
            200,
            "ok\n",
            2,
          ]);
        }
      },
    );

    it("an answer before the upload was whole is an answer, and its reset no fault", async () => {
      await using client = newClient();
      const body = new Uint8Array(1_000_000);
      const response = await client.request(`${server.origin}/answered-early`, { method: "POST", body });
      expect([response.status, await response.text()]).toEqual([413, "too large\n"]);
      await expectUsable(client);
    });

    it("a window that is never opened ends the upload by its deadline, and nothing else", async () => {
      const { error, words } = await askFor("/window-never-opened", {
        method: "POST",
        body: new Uint8Array(1_000_000),
        timeouts: { sendMs: 300 },
      });
      expect(error).toMatchObject({ code: "send-timeout" });
      expect(words.resets).toEqual([errorCodes.CANCEL]);
    });

    it("a resource that wants HTTP/1.1 is not to be had where that is not spoken, and the error says so", async () => {
      const { error } = await askFor("/http1-wanted");
      expect(error).toMatchObject({ code: "http2-stream-reset", detail: { errorCode: "HTTP_1_1_REQUIRED" } });
    });

    it("a connection's other requests are not ended by one that was reset or malformed", async () => {
      await using client = newClient();
      const faults = ["/calm", "/upper-case", "/reset-in-the-body", "/two-lengths", "/header-bomb"];
      const all = await Promise.all(
        Array.from({ length: 40 }, async (_, at) => {
          const path = at % 2 === 0 ? "/ok" : (faults[((at - 1) / 2) % faults.length] ?? "");
          try {
            return (await (await client.request(server.origin + path)).bytes()).length;
          } catch (error) {
            return (error as HttpsError).code;
          }
        }),
      );
      expect(all.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 20 }, () => 3));
      expect(new Set(all.filter((_, at) => at % 2 === 1))).toEqual(
        new Set(["http2-stream-reset", "http2-message-malformed", "conflicting-lengths", "head-too-large"]),
      );
    });
  },
);

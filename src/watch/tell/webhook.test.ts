/** Webhooks against a receiver over TLS, their signature checked by another implementation. */
import type { IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openHttp, type Origin, root, rootPem } from "../../../test/client/origin.ts";
import { alertOf, tellingOf } from "../../../test/watch/tellings.ts";
import { Client } from "../../client/index.ts";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { webhook, webhookId } from "./webhook.ts";

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const older = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
const client = new Client({ roots: rootPem });
const signal = new AbortController().signal;
const got: Got[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
let receiver: Origin;

beforeAll(async () => {
  receiver = await openHttp((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
});

beforeEach(() => {
  got.length = 0;
  answer = { status: 204 };
});

afterAll(async () => {
  await client.close();
  await receiver.close();
});

const hook = (changes: Partial<Parameters<typeof webhook>[0]> = {}): ReturnType<typeof webhook> =>
  webhook({
    name: "test",
    client,
    url: () => Promise.resolve(`${receiver.url}/hooks/secret-path`),
    secrets: [() => Promise.resolve(secret)],
    linkTo: ({ endpoint }) => `https://watch.example/endpoints/${endpoint.id}`,
    clock: Date.now,
    ...changes,
  });

describe("a webhook", () => {
  test("is verified by another implementation of Standard Webhooks, and says everything but the URL", async () => {
    const telling = tellingOf("opened");
    expect(await hook().tell([telling], signal)).toEqual([{ kind: "told" }]);
    const [{ headers, body } = { headers: {}, body: "" }] = got;
    const event = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(event).toMatchObject({
      type: "alert.opened",
      data: {
        key: telling.key,
        endpoint: { name: "https://api.example.com", tags: ["shop", "berlin"] },
        sentence: telling.alert.sentence,
        evidence: telling.alert.evidence,
        remedy: "Renew it.",
        dueAt: "2026-01-25T12:00:00.000Z",
        closedAt: null,
        page: "https://watch.example/endpoints/e1",
      },
    });
    expect(body).not.toContain("secret");
    expect(() => new Webhook(older).verify(body, headers as Record<string, string>)).toThrow("signature");
  });

  test("is signed by every secret, so that a receiver can change from one to another", async () => {
    const both = hook({ secrets: [() => Promise.resolve(secret), () => Promise.resolve(older)] });
    await both.tell([tellingOf("opened")], signal);
    const [{ headers, body } = { headers: {}, body: "" }] = got;
    for (const one of [secret, older])
      expect(new Webhook(one).verify(body, headers as Record<string, string>)).toBeDefined();
  });

  test("has the same id for the same telling, another for another, and no dot in it", async () => {
    const channel = hook();
    const closed = tellingOf("closed", alertOf({ subject: "203.0.113.7", closedAt: Date.now() }));
    await channel.tell([tellingOf("opened"), tellingOf("opened"), closed], signal);
    const ids = got.map(({ headers }) => headers["webhook-id"]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(webhookId(closed.key));
    expect(ids[2]).not.toBe(ids[0]);
    expect(ids.join("")).not.toContain(".");
  });

  test.each([
    ["429 with Retry-After is tried again after that", 429, "120", { kind: "again", afterMs: 120_000 }],
    ["503 without one is tried again", 503, undefined, { kind: "again", afterMs: undefined }],
    ["408 is tried again", 408, undefined, { kind: "again" }],
    ["410 is not tried again", 410, undefined, { kind: "refused" }],
    ["400 is not tried again", 400, undefined, { kind: "refused" }],
    ["a redirect is not followed", 307, undefined, { kind: "refused" }],
  ] as const)("%s", async (_law, status, retryAfter, outcome) => {
    answer = {
      status,
      headers: {
        ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
        ...(status === 307 ? { location: "/elsewhere" } : {}),
      },
    };
    const [came] = await hook().tell([tellingOf("opened")], signal);
    expect(came).toMatchObject(outcome);
    expect(JSON.stringify(came)).toContain(String(status));
    expect(JSON.stringify(came)).not.toContain("secret");
    expect(got).toHaveLength(1);
  });

  test("goes to nobody who is not verified, and is tried again", async () => {
    const stranger = new Client({ roots: pemOf(mintRoot("Another Root")) });
    const [came] = await hook({ client: stranger }).tell([tellingOf("opened")], signal);
    expect(came).toMatchObject({ kind: "again" });
    expect(JSON.stringify(came)).not.toContain("secret");
    expect(got).toHaveLength(0);
    expect(root.der.length).toBeGreaterThan(0);
    await stranger.close();
  });

  test.each([
    ["plain HTTP beyond this machine", "http://hooks.example/secret-path"],
    ["credentials in the URL", "https://me:secret@hooks.example/"],
    ["what is not a URL", "hooks.example/secret-path"],
  ])("%s is refused, without showing more than the site", async (_what, url) => {
    const told = hook({ url: () => Promise.resolve(url) }).tell([tellingOf("opened")], signal);
    const error: unknown = await told.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "WatchError" });
    expect(String(error)).not.toContain("secret");
  });

  test("a secret that is not one of Standard Webhooks is refused without being shown", async () => {
    const told = hook({ secrets: [() => Promise.resolve("hunter2")] }).tell([tellingOf("opened")], signal);
    const error: unknown = await told.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "WatchError" });
    expect(String(error)).not.toContain("hunter2");
  });
});

/** What an error says by itself, and what it finds out when it is asked. */
import { expect, test } from "vitest";
import { Client, HttpsError } from "../../src/index.ts";
import { openLab } from "../../src/lab/index.ts";

async function failure(client: Client, url: string): Promise<HttpsError> {
  const error: unknown = await client.request(url).catch((error: unknown) => error);
  if (error instanceof HttpsError) return error;
  throw new Error("the request succeeded, or failed in another way");
}

test("the error of a request finds out more with new connections, and says what it found", async () => {
  await using lab = await openLab();
  await using client = new Client({ roots: lab.caPem });
  const inquiry = await (await failure(client, lab.url("missing-intermediate"))).why();
  expect(inquiry.toJSON()).toMatchObject({
    schema: 1,
    healthy: false,
    headline: { code: "missing-intermediate" },
  });
  const sentences = inquiry.explain();
  expect(sentences).toMatch(/^How we know: /m);
  expect(sentences).toMatch(/^What to do, server: /m);
});

test("an error that no request had says what it carries, and connects to nobody", async () => {
  const error = new HttpsError("url-no-scheme", { url: "example.com" });
  const inquiry = await error.why();
  expect(inquiry.explain()).toBe(`${error.message}\n${error.hint}`);
  expect(inquiry.toJSON()).toMatchObject({ code: "url-no-scheme", stage: "url", fault: "caller" });
});

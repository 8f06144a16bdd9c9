/** What an error carries away from its request: who asked, what, how often, and who vouched for the server. */
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Client, createFetch, HttpsError, type Response } from "../../src/index.ts";
import { answering, openOrigin, rootPem } from "./origin.ts";

async function failureOf(asking: Promise<unknown>): Promise<HttpsError> {
  try {
    await asking;
  } catch (error) {
    return error as HttpsError;
  }
  return expect.unreachable("it succeeded");
}

async function askForThePage(client: Client, url: string): Promise<unknown> {
  return await client.request(url, { method: "DELETE" });
}

test("the stack leads to the function that asked", async () => {
  await using client = new Client({ proxy: null });
  const error = await failureOf(askForThePage(client, "https://localhost:1/"));
  expect(error.stack).toMatch(/^HttpsError: Nothing listens|^Error: Nothing listens/);
  expect(error.stack).toMatch(/at (?:async )?askForThePage/);
  expect(inspect(error)).toMatch(/^HttpsError: /);
});

test("it says what was asked, without a query that may be a secret, and how often", async () => {
  await using origin = await openOrigin(answering(() => "no HTTP at all\r\n\r\n"));
  await using client = new Client({ roots: rootPem, environment: {} });
  const error = await failureOf(askForThePage(client, `${origin.url}/reset?token=secret`));
  expect(error).toMatchObject({
    url: `${origin.url}/reset?***`,
    method: "DELETE",
    attempts: [{ outcome: { code: "not-http" } }],
  });
  expect(inspect(error)).not.toContain("secret");
});

test("after a redirect it says where that led", async () => {
  await using origin = await openOrigin(
    answering(({ head }) =>
      head[0]?.includes(" /from ") === true
        ? "HTTP/1.1 302 F\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n"
        : "no HTTP\r\n\r\n",
    ),
  );
  await using client = new Client({ roots: rootPem, environment: {} });
  const error = await failureOf(client.request(`${origin.url}/from`));
  expect([error.url, error.method, error.attempts?.length]).toEqual([`${origin.url}/to`, "GET", 2]);
});

/** Answers with a body that ends before its length. */
function cutShort(socket: Socket): void {
  socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!"));
}

test.each<readonly [string, (response: Response) => Promise<unknown>]>([
  ["bytes()", (response) => response.bytes()],
  ["text()", (response) => response.text()],
  ["json()", (response) => response.json()],
  [
    "for await",
    async (response) => {
      for await (const _ of response);
    },
  ],
])(
  "an error of the body says what was asked, and leads to the function that read it: %s",
  async (_, read) => {
    await using origin = await openOrigin(cutShort);
    await using client = new Client({ roots: rootPem, environment: {} });
    const response = await client.request(`${origin.url}/a?token=secret`);
    async function readThePage(): Promise<unknown> {
      return await read(response);
    }
    const error = await failureOf(readThePage());
    expect(error).toMatchObject({
      code: "body-truncated",
      url: `${origin.url}/a?***`,
      method: "GET",
      attempts: [{ outcome: { status: 200 } }],
    });
    expect(error.stack).toMatch(/at (?:async )?readThePage/);
  },
);

test("as JSON it says what was asked too", async () => {
  await using client = new Client({ proxy: null });
  const error = await failureOf(askForThePage(client, "https://localhost:1/a?token=secret"));
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    code: "connection-refused",
    url: "https://localhost:1/a?***",
    method: "DELETE",
    attempts: [{ reused: false, outcome: { code: "connection-refused" } }],
  });
  expect(new HttpsError("client-closed", { host: "a" }).toJSON()).not.toHaveProperty("url");
});

test("an error that no request ended with asked for nothing", () => {
  const error = new HttpsError("client-closed", { host: "a" });
  expect([error.url, error.method, error.attempts]).toEqual([undefined, undefined, undefined]);
});

test("a console shows the trust report, in an error and by itself", async () => {
  await using origin = await openOrigin(answering(() => "never"));
  await using client = new Client({ roots: "mozilla", environment: {} });
  const error = await failureOf(client.request(origin.url));
  expect(error.trust?.kind).toBe("refused");
  expect(inspect(error.trust)).toMatch(/^TrustReport \{[^]*kind: 'refused'/);
  expect(inspect(error)).toContain("trust: TrustReport {");
});

test("fetch's error has it as its cause", async () => {
  await using client = new Client({ proxy: null });
  const error = await failureOf(createFetch(client)("https://localhost:1/a?b"));
  expect(error.cause).toMatchObject({ url: "https://localhost:1/a?***", method: "GET" });
});

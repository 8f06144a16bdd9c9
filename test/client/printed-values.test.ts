/** What a console and a log are told of a response, a client, fields and a trust report: what a person wants to know. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Client, type Response } from "../../src/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { answering, openOrigin, rootPem } from "./origin.ts";

/** Marks of direction, a separator of lines, what has no width, C1, an escape sequence; as they can stand in a field. */
const hostile = Buffer.from("\u202e\u2066\u200b\u2028\u061c\u0085\u009b31m", "utf8").toString("latin1");
const obeyed = /[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n\t]/u;
const colours = /\u001b\[(?:1|3|4|2[234]|3[1-6]|39|90)m/g;

const answer = [
  "HTTP/1.1 200 Fine",
  "Content-Type: text/plain",
  "Set-Cookie: a=SECRET; Path=/",
  "Set-Cookie: b=SECRET",
  "X-Mine: SECRET",
  "Location: https://me:SECRET@a.example/?SECRET",
  `X-Hostile: ${hostile}`,
  "Content-Length: 1",
  "\r\nx",
].join("\r\n");

async function ask(client: Client, url: string): Promise<Response> {
  const response = await client.request(`${url}/a?q=SECRET`, {
    headers: { Authorization: "Bearer SECRET" },
    secretHeaders: ["X-Mine"],
  });
  await response.bytes();
  return response;
}

test("a response tells its status, where it came from, who vouched for that, and its fields", async () => {
  await using origin = await openOrigin(answering(() => answer));
  await using client = new Client({ roots: rootPem, environment: {} });
  const response = await ask(client, origin.url);
  const { totalMs, ...told } = JSON.parse(JSON.stringify(response)) as Record<string, unknown>;
  expect(totalMs).toBe(Math.round(response.timings.totalMs));
  expect(told).toEqual({
    status: 200,
    reason: "Fine",
    url: `${origin.url}/a?***`,
    httpVersion: "1.1",
    headers: {
      "Content-Type": "text/plain",
      "Set-Cookie": ["a=***", "b=***"],
      "X-Mine": "***",
      Location: "https://***@a.example/?***",
      "X-Hostile": hostile,
      "Content-Length": "1",
    },
    completeness: "complete",
    receivedBytes: 1,
    trust: response.trust.headline(),
    connection: {
      id: response.connection.id,
      reused: false,
      resumed: false,
      protocol: "TLSv1.3",
      remoteAddress: "127.0.0.1",
      remotePort: origin.port,
    },
    redirects: 0,
    attempts: 1,
  });
  expect(inspect(response)).toMatch(/^Response \{\n {2}status: 200,\n/);
  expect(inspect(response).split("\n").length).toBeLessThan(40);
});

test("a client tells where it is connected to, and nothing of its options", async () => {
  await using origin = await openOrigin(answering(() => answer));
  const client = new Client({
    roots: rootPem,
    environment: {},
    headers: { "X-Api-Key": "SECRET" },
    authentication: { scheme: "basic", username: "me", password: "SECRET" },
  });
  expect(inspect(client)).toBe("Client { origins: [], isClosed: false }");
  await ask(client, origin.url);
  expect(JSON.stringify(client)).toBe(JSON.stringify({ origins: [origin.url], isClosed: false }));
  await client.close();
  expect(inspect(client)).toBe("Client { origins: [], isClosed: true }");
});

test("fields tell their names in the case they came in, and their values", async () => {
  await using origin = await openOrigin(answering(() => answer));
  await using client = new Client({ roots: rootPem, environment: {} });
  const { headers } = await ask(client, origin.url);
  expect(inspect(headers)).toMatch(/^ReadonlyHeaders \{\n {2}'Content-Type': 'text\/plain',\n/);
  expect(JSON.parse(JSON.stringify(headers))).toMatchObject({ "Set-Cookie": ["a=***", "b=***"] });
  expect(headers.getAll("set-cookie")).toEqual(["a=SECRET; Path=/", "b=SECRET"]);
  expect(inspect({ headers }, { depth: 0 })).toBe("{ headers: ReadonlyHeaders [Object] }");
});

test("of all of them, a console is told no credential and nothing that a terminal obeys", async () => {
  const ca = mintRoot(`Root \u202e\u009b31m`);
  const leaf = mintLeaf("localhost \u2066\u0085", ca, { names: ["dns:localhost"] });
  await using origin = await openOrigin(
    answering(() => answer.replace("X-Mine: SECRET\r\n", "")),
    { tls: identityOf(leaf) },
  );
  await using client = new Client({ roots: pemOf(ca), environment: {} });
  const response = await ask(client, origin.url);
  for (const value of [response, client, response.headers, response.trust, [{ response }]]) {
    const seen = [
      inspect(value, { depth: 12 }),
      inspect(value),
      inspect(value, { depth: 12, colors: true }).replaceAll(colours, ""),
    ];
    expect(seen.filter((text) => obeyed.test(text))).toEqual([]);
    expect([...seen, JSON.stringify(value)].filter((text) => text.includes("SECRET"))).toEqual([]);
  }
});

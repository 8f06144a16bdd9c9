/** What the new connections of `why()` may carry, and where they may lead. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { Client, HttpsError, type ClientOptions, type RequestOptions } from "../../src/index.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { answering, mintIdentity, openOrigin, reply, root, rootPem, type Origin } from "../client/origin.ts";

const trusting = { roots: rootPem, environment: {} };
const headers = {
  "X-Api-Key": "KEYSECRET",
  "X-Unnamed": "OTHERSECRET",
  Authorization: "Bearer AUTHSECRET",
  Cookie: "id=COOKIESECRET",
};

async function failure(client: Client, url: string, options: RequestOptions): Promise<HttpsError> {
  const error: unknown = await client.request(url, options).catch((error: unknown) => error);
  if (error instanceof HttpsError) return error;
  throw new Error("the request succeeded, or failed in another way");
}

test("a server that nobody vouches for gets no field that may be secret, and no client certificate", async () => {
  const requests: { readonly text: string; readonly presented: boolean }[] = [];
  const strangers = mintRoot("Stranger Root");
  await using origin = await openOrigin(
    answering(({ head }, socket) => {
      const presented = Object.keys((socket as TLSSocket).getPeerCertificate()).length > 0;
      requests.push({ text: head.join("\n"), presented });
      return reply("ok");
    }),
    { tls: { ...mintIdentity({}, strangers), requestCert: true, rejectUnauthorized: false } },
  );
  const recipe = { names: ["dns:device.localhost"], purposes: ["clientAuth"] as const };
  const clientCertificate = identityOf(mintLeaf("device", root, recipe));
  const options: ClientOptions = { environment: {}, secretHeaders: ["X-Api-Key"], clientCertificate };
  await using client = new Client({ ...options, roots: rootPem });
  await (await failure(client, origin.url, { headers })).why();
  expect(requests.length).toBeGreaterThan(0);
  for (const { text, presented } of requests) {
    expect(text).toContain("User-Agent: ");
    expect(text).not.toContain("SECRET");
    expect(presented).toBe(false);
  }
  // The one that is vouched for gets both.
  await using believing = new Client({ ...options, roots: pemOf(strangers) });
  await (await believing.request(origin.url, { headers })).text();
  expect(requests.at(-1)).toMatchObject({ presented: true, text: expect.stringContaining("KEYSECRET") });
});

/** Ends the first connection without an answer, and leads every other one to `location`. */
async function openLeading(location: string): Promise<Origin> {
  return openOrigin((socket, index) => {
    socket.once("data", () => {
      if (index === 0) socket.end();
      else socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
    });
  });
}

test("another origin, where a redirect leads, gets no field that may be secret", async () => {
  const heads: string[] = [];
  await using other = await openOrigin(
    answering(({ head }) => {
      heads.push(head.join("\n"));
      return reply("ok");
    }),
  );
  await using origin = await openLeading(`https://127.0.0.1:${other.port}/`);
  await using client = new Client({ ...trusting, secretHeaders: ["X-Api-Key"] });
  await (await failure(client, origin.url, { headers })).why();
  expect(heads[0]).toContain(`Host: 127.0.0.1:${other.port}`);
  expect(heads.join("\n")).not.toContain("SECRET");
});

test("another origin, where a redirect leads, is reached through the proxy that its own name calls for", async () => {
  const connects: string[] = [];
  await using proxy = await openOrigin(
    answering(({ head: [line = ""] }, socket) => {
      connects.push(line);
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      return undefined;
    }),
    { tls: false },
  );
  await using origin = await openLeading("https://elsewhere.example/");
  // No proxy reaches a loopback name.
  await using client = new Client({ ...trusting, environment: { https_proxy: proxy.url } });
  await (await failure(client, origin.url, {})).why();
  expect(connects).toContain("CONNECT elsewhere.example:443 HTTP/1.1");
});

test("a request that went to a Unix socket is not asked again over the network", async () => {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-socket-"));
  const path = join(folder, "s");
  try {
    await using network = await openOrigin(
      answering(() => reply("ok")),
      { tls: false },
    );
    await using unix = await openOrigin((socket) => socket.on("data", () => socket.end()), {
      tls: false,
      path,
    });
    await using client = new Client(trusting);
    const error = await failure(client, network.url, { socketPath: path, headers });
    const inquiry = await error.why();
    expect(network.accepted).toHaveLength(0);
    expect(unix.accepted).toHaveLength(1);
    expect(inquiry.explain()).toBe(
      `${error.explain()}\nNothing was asked again: the request went to a Unix socket (socketPath).`,
    );
    expect(inquiry.toJSON()).toEqual(error.toJSON());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

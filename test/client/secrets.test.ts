/** Secrets at every border: another origin, a proxy, the clear, a server nobody vouches for, an error, an event. */
import { connect, type Socket } from "node:net";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Client, createFetch, type ClientEvent, type RequestOptions } from "../../src/client/index.ts";
import type { HttpsError } from "../../src/core/index.ts";
import { mintRoot } from "../pki/today.ts";
import { answering, mintIdentity, openOrigin, reply, rootPem, type Origin } from "./origin.ts";

const secrets = {
  authorization: "Bearer hunter2-a",
  cookie: "id=hunter2-b",
  "proxy-authorization": "Basic hunter2-c",
  "x-api-key": "hunter2-d",
};
const names = Object.keys(secrets);
const asking: RequestOptions = { headers: { ...secrets, "x-plain": "kept" }, secretHeaders: ["X-API-Key"] };
const trusting = { roots: rootPem, environment: {} } as const;

/** An origin that keeps the head of everything it is asked. */
async function openHearing(
  answer: (path: string) => string,
  tls?: false,
): Promise<{ readonly origin: Origin; readonly heads: string[] }> {
  const heads: string[] = [];
  const listen = answering(({ head }) => {
    heads.push(head.join("\n").toLowerCase());
    return answer(head[0]?.split(" ")[1] ?? "");
  });
  return { origin: await openOrigin(listen, tls === undefined ? {} : { tls }), heads };
}

const redirectTo = (location: string): string =>
  `HTTP/1.1 307 Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

/** A proxy that passes everything on, and keeps what was said to itself. */
async function openProxy(): Promise<{ readonly origin: Origin; readonly heads: string[] }> {
  const heads: string[] = [];
  const origin = await openOrigin(
    (client: Socket) => {
      client.once("data", (chunk: Buffer) => {
        client.pause();
        const head = chunk.toString("latin1");
        heads.push(head.toLowerCase());
        const [method = "", target = ""] = head.split(" ");
        const server = connect(Number(/:(\d+)(?:\/|$)/.exec(target)?.[1]), "127.0.0.1", () => {
          if (method === "CONNECT") client.write("HTTP/1.1 200 Connection established\r\n\r\n");
          else server.write(chunk);
          client.pipe(server).pipe(client);
        });
        for (const socket of [client, server]) socket.on("error", () => {});
        client.on("close", () => server.destroy());
      });
    },
    { tls: false },
  );
  return { origin, heads };
}

describe("no secret of a request reaches", () => {
  test.each(names)("another origin, where a redirect leads: %s", async (name) => {
    const there = await openHearing(() => reply("there"));
    const here = await openHearing((path) =>
      path === "/home" ? redirectTo("/again") : path === "/again" ? reply("") : redirectTo(there.origin.url),
    );
    await using client = new Client(trusting);
    await (await client.request(here.origin.url, asking)).bytes();
    expect(here.heads[0]).toContain(`\n${name}: `);
    expect(there.heads[0]).not.toContain(`\n${name}: `);
    expect(there.heads[0]).toContain("\nx-plain: kept");
    await (await client.request(`${here.origin.url}/home`, asking)).bytes();
    expect(here.heads.at(-1)).toContain(`\n${name}: `);
    await Promise.all([here.origin.close(), there.origin.close()]);
  });

  test("another origin by way of two, nor its own again once it had left", async () => {
    let home = "";
    const there = await openHearing(() => redirectTo(`${home}/back`));
    const here = await openHearing((path) => (path === "/back" ? reply("") : redirectTo(there.origin.url)));
    home = here.origin.url;
    await using client = new Client(trusting);
    await (await client.request(here.origin.url, asking)).bytes();
    for (const name of names) expect(here.heads[1]).not.toContain(`\n${name}: `);
    await Promise.all([here.origin.close(), there.origin.close()]);
  });

  test("the clear, though https may become http", async () => {
    const clear = await openHearing(() => reply("clear"), false);
    const here = await openHearing(() => redirectTo(clear.origin.url));
    await using client = new Client(trusting);
    await (await client.request(here.origin.url, { ...asking, allowDowngrade: true })).bytes();
    expect(clear.heads.length).toBe(1);
    for (const name of names) expect(clear.heads[0]).not.toContain(`\n${name}: `);
    await Promise.all([here.origin.close(), clear.origin.close()]);
  });

  test("the proxy of a tunnel", async () => {
    const origin = await openHearing(() => reply("x"));
    const proxy = await openProxy();
    await using client = new Client({ ...trusting, proxy: `http://localhost:${proxy.origin.port}` });
    await (await client.request(`${origin.origin.url}/path?token=hunter2-e`, asking)).bytes();
    expect(proxy.heads.length).toBe(1);
    expect(proxy.heads[0]).not.toContain("hunter2");
    expect(proxy.heads[0]).not.toContain("/path");
    await Promise.all([origin.origin.close(), proxy.origin.close()]);
  });

  test("a server that nobody vouches for", async () => {
    const heads: string[] = [];
    await using stranger = await openOrigin(
      (socket) => socket.on("data", (chunk: Buffer) => heads.push(chunk.toString("latin1"))),
      { tls: mintIdentity({}, mintRoot("Stranger")) },
    );
    await using client = new Client(trusting);
    await expect(client.request(stranger.url, asking)).rejects.toMatchObject({ stage: "trust" });
    expect(heads).toEqual([]);
  });
});

describe("the proxy's own credentials reach", () => {
  const userinfo = "me:hunter2-f";
  const basic = `proxy-authorization: basic ${Buffer.from(userinfo).toString("base64").toLowerCase()}`;

  test("the proxy, and no server behind its tunnel", async () => {
    const origin = await openHearing(() => reply("x"));
    const proxy = await openProxy();
    await using client = new Client({
      ...trusting,
      proxy: `http://${userinfo}@localhost:${proxy.origin.port}`,
    });
    await (await client.request(origin.origin.url)).bytes();
    expect(proxy.heads[0]).toContain(basic);
    expect(origin.heads[0]).not.toContain("proxy-authorization");
    await Promise.all([origin.origin.close(), proxy.origin.close()]);
  });

  test("no server that a forwarded request was redirected to", async () => {
    const secure = await openHearing(() => reply("x"));
    const clear = await openHearing(() => redirectTo(secure.origin.url), false);
    const proxy = await openProxy();
    await using client = new Client({
      ...trusting,
      proxy: `http://${userinfo}@localhost:${proxy.origin.port}`,
    });
    await (await client.request(clear.origin.url)).bytes();
    expect(proxy.heads[0]).toContain(basic);
    expect(secure.heads.length).toBe(1);
    expect(secure.heads[0]).not.toContain("proxy-authorization");
    await Promise.all([secure.origin.close(), clear.origin.close(), proxy.origin.close()]);
  });
});

describe("no secret is shown", () => {
  test.each([...names, "Authorization ", "X-Api-Key:"])(
    "in the error of a field that cannot be sent: %s",
    async (name) => {
      await using client = new Client(trusting);
      for (const value of ["hunter2\u0000", "hunter2\r\nx: y", "hunter2\u0100", ["fine", "hunter2\n"]]) {
        const error: unknown = await client
          .request("https://localhost:1/", { ...asking, headers: { [name]: value } })
          .catch((e: unknown) => e);
        expect(error).toMatchObject({ code: "request-field-invalid", detail: { value: "(not shown)" } });
        const { message, hint, detail } = error as HttpsError;
        expect(message + hint + JSON.stringify(detail)).not.toContain("hunter2");
      }
    },
  );

  test("in the error of a redirect, of a proxy, or of a server that is gone", async () => {
    const gone = await openOrigin(() => {});
    await gone.close();
    const here = await openHearing((path) =>
      path === "/down" ? redirectTo("http://localhost:1/") : redirectTo("ftp://me:hunter2@x/"),
    );
    const cases: readonly (readonly [string, RequestOptions])[] = [
      [here.origin.url, asking],
      [`${here.origin.url}/down`, asking],
      [gone.url, asking],
      [gone.url, { ...asking, proxy: `http://me:hunter2@localhost:${gone.port}` }],
      ["https://me:hunter2@localhost/", asking],
    ];
    await using client = new Client(trusting);
    for (const [url, options] of cases) {
      const error: unknown = await client.request(url, options).catch((e: unknown) => e);
      const { code, message, hint, detail } = error as HttpsError;
      expect([code, message + hint + JSON.stringify(detail)]).toEqual([
        expect.any(String),
        expect.not.stringContaining("hunter2"),
      ]);
    }
    await here.origin.close();
  });

  describe("in the error of a redirect, nor by its why(): what a URL is asked with", () => {
    const many = "HTTP/1.1 302 Found\r\nLocation: /a?sig=hunter2\r\nLocation: /b?sig=hunter2\r\n";
    const stream = (): RequestOptions => ({ method: "PUT", body: new Blob(["x"]).stream() });
    test.each<[string, string, (() => RequestOptions)?]>([
      ["redirect-loop", redirectTo("/?sig=hunter2")],
      ["redirect-downgrade", redirectTo("http://localhost:1/?sig=hunter2")],
      ["redirect-invalid", redirectTo("https://[?sig=hunter2")],
      ["redirect-invalid", redirectTo("https://me:hunter2@localhost/?sig=hunter2")],
      ["redirect-invalid", `${many}Content-Length: 0\r\n\r\n`],
      ["redirect-needs-body", redirectTo("/there?sig=hunter2"), stream],
    ])("%s", async (code, answer, options = () => ({})) => {
      const here = await openHearing(() => answer);
      await using client = new Client(trusting);
      const error: unknown = await client
        .request(`${here.origin.url}/?token=hunter2`, options())
        .catch((e: unknown) => e);
      expect(error).toMatchObject({ code });
      const report = await (error as HttpsError).why();
      for (const shown of [inspect(error), JSON.stringify([error, report])]) {
        expect(shown).toContain("?***");
        expect(shown).not.toContain("hunter2");
      }
      await here.origin.close();
    });

    test("one that fetch is not to follow", async () => {
      const here = await openHearing(() => redirectTo("/?sig=hunter2"));
      await using client = new Client(trusting);
      const ask = createFetch(client)(`${here.origin.url}/?token=hunter2`, { redirect: "error" });
      const error: unknown = await ask.catch((e: unknown) => e);
      expect(error).toMatchObject({ cause: { code: "redirect-unwanted" } });
      expect(inspect(error)).not.toContain("hunter2");
      await here.origin.close();
    });

    test("too-many-redirects", async () => {
      let hops = 0;
      const here = await openHearing(() => redirectTo(`/?sig=hunter2-${++hops}`));
      await using client = new Client({ ...trusting, redirects: 2 });
      const error: unknown = await client.request(here.origin.url).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: "too-many-redirects", detail: { value: 2 } });
      expect(inspect(error) + JSON.stringify(error)).not.toContain("hunter2");
      await here.origin.close();
    });
  });

  test("in an event", async () => {
    const events: ClientEvent[] = [];
    const here = await openHearing(() => reply("x", "Set-Cookie: id=hunter2-g\r\n"));
    await using client = new Client({ ...trusting, onEvent: (event) => void events.push(event) });
    await (await client.request(here.origin.url, asking)).bytes();
    const text = JSON.stringify(events).toLowerCase();
    for (const name of names) expect(text).toContain(name);
    expect(text).not.toContain("hunter2");
    await here.origin.close();
  });
});

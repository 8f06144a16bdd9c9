/** What each server of HTTP/2 is asked, and what has to come of it: one check a row, for all that can be asked it. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { Client, ClientEvent, Response } from "../../src/index.ts";
import { digestOf, greeting, large, text, type Site } from "./site.ts";

/** What not every server can be asked. */
export type Ability =
  /** The site's application is behind it. */
  | "application"
  /** And it is given as many requests at once as there are streams. */
  | "parallel"
  /** Content can come back while it is sent. */
  | "echo"
  | "trailers"
  /** 103 (RFC 8297). */
  | "early-hints"
  /** Answers name the port of the client's connection. */
  | "client-port";

export interface Asked {
  readonly client: Client;
  readonly origin: string;
  readonly site: Site;
  readonly can: ReadonlySet<Ability>;
}

export interface Check {
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly run: (asked: Asked) => Promise<void>;
}

/** An answer read whole, and held to be one of HTTP/2 over a connection that is admitted. */
export async function get(
  { client, origin }: Pick<Asked, "client" | "origin">,
  path: string,
  options: Parameters<Client["request"]>[1] = {},
): Promise<{ readonly response: Response; readonly body: Uint8Array }> {
  const response = await client.request(origin + path, options);
  const body = await response.bytes();
  expect([response.httpVersion, response.trust.kind, response.completeness]).toEqual([
    "2",
    "verified",
    "complete",
  ]);
  return { response, body };
}

/** The connections that answers came over, by the client's word, and by the server's where it has one. */
export function connectionsOf({ can }: Pick<Asked, "can">, responses: readonly Response[]): number {
  const ids = new Set(responses.map(({ connection }) => connection.id));
  if (can.has("client-port"))
    expect(new Set(responses.map(({ headers }) => headers.get("x-client-port"))).size).toBe(ids.size);
  return ids.size;
}

/** So many at once, each waiting in the application for all of them, where that is given them all. */
export async function atOnce(asked: Asked, count: number): Promise<readonly Response[]> {
  const path = asked.can.has("parallel") ? `/app/held?of=${count}` : "/";
  // Those that wait for one that failed would wait for ever.
  const stop = new AbortController();
  const one = (): ReturnType<typeof get> =>
    get(asked, path, { signal: stop.signal }).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
  const all = await Promise.all(Array.from({ length: count }, one));
  for (const { response, body } of all)
    expect([response.status, Buffer.from(body).toString()]).toEqual([200, greeting]);
  return all.map(({ response }) => response);
}

const words = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

export const checks: readonly Check[] = [
  {
    name: "a page, over a connection that is admitted and kept",
    run: async (asked) => {
      const responses: Response[] = [];
      for (let i = 0; i < 5; i++) {
        const { response, body } = await get(asked, "/");
        expect([response.status, words(body)]).toEqual([200, greeting]);
        responses.push(response);
      }
      expect(connectionsOf(asked, responses)).toBe(1);
    },
  },
  {
    name: "HEAD, which has a length and no content",
    run: async (asked) => {
      const { response, body } = await get(asked, "/", { method: "HEAD" });
      expect([response.status, response.headers.get("content-length"), body.length]).toEqual([
        200,
        String(greeting.length),
        0,
      ]);
    },
  },
  {
    name: "204",
    needs: ["application"],
    run: async (asked) => {
      const { response, body } = await get(asked, "/empty");
      expect([response.status, body.length]).toEqual([204, 0]);
    },
  },
  {
    name: "304",
    run: async (asked) => {
      const { headers } = (await get(asked, "/conditional")).response;
      const etag = headers.get("etag");
      const condition =
        etag === null
          ? { "if-modified-since": headers.get("last-modified") ?? "" }
          : { "if-none-match": etag };
      const { response, body } = await get(asked, "/conditional", { headers: condition });
      expect([response.status, body.length]).toEqual([304, 0]);
    },
  },
  {
    name: "a download larger than every window, whole",
    run: async (asked) => {
      const { response, body } = await get(asked, "/large.bin");
      expect([response.receivedBytes, digestOf(body)]).toEqual([large.length, digestOf(large)]);
    },
  },
  {
    name: "a download that is read in pieces, with pages between them",
    run: async (asked) => {
      const response = await asked.client.request(`${asked.origin}/large.bin`);
      const hash = createHash("sha256");
      let sinceLast = 0;
      for await (const chunk of response) {
        hash.update(chunk);
        sinceLast += chunk.length;
        if (sinceLast < 1_000_000) continue;
        sinceLast = 0;
        expect(words((await get(asked, "/")).body)).toBe(greeting);
      }
      expect(hash.digest("hex")).toBe(digestOf(large));
    },
  },
  {
    name: "four downloads at once, each whole, over one connection",
    run: async (asked) => {
      const all = await Promise.all(Array.from({ length: 4 }, () => get(asked, "/large.bin")));
      for (const { body } of all) expect(digestOf(body)).toBe(digestOf(large));
      expect(
        connectionsOf(
          asked,
          all.map(({ response }) => response),
        ),
      ).toBe(1);
    },
  },
  {
    name: "an upload larger than every window, counted",
    needs: ["application"],
    run: async (asked) => {
      const { body } = await get(asked, "/app/counted", { method: "POST", body: large });
      expect(JSON.parse(words(body))).toEqual({ bytes: large.length, sha256: digestOf(large) });
    },
  },
  {
    name: "an upload from a stream whose length nobody knows, counted",
    needs: ["application"],
    run: async (asked) => {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < large.length; at += 100_000) {
          await Promise.resolve();
          yield large.subarray(at, at + 100_000);
        }
      }
      const { body } = await get(asked, "/app/counted", { method: "PUT", body: pieces() });
      expect(JSON.parse(words(body))).toEqual({ bytes: large.length, sha256: digestOf(large) });
    },
  },
  {
    name: "an upload that comes back",
    needs: ["echo"],
    run: async (asked) => {
      const sent = large.subarray(0, 2_000_000);
      const { body } = await get(asked, "/app/echo", { method: "POST", body: sent });
      expect(digestOf(body)).toBe(digestOf(sent));
    },
  },
  {
    name: "a hundred requests at once, over one connection",
    run: async (asked) => {
      expect(connectionsOf(asked, await atOnce(asked, 100))).toBe(1);
    },
  },
  {
    name: "a thousand requests, fifty at a time",
    run: async (asked) => {
      const responses: Response[] = [];
      const one = async (): Promise<void> => {
        for (let i = 0; i < 20; i++) {
          const { response, body } = await get(asked, "/");
          expect(words(body)).toBe(greeting);
          responses.push(response);
        }
      };
      await Promise.all(Array.from({ length: 50 }, one));
      expect([responses.length, connectionsOf(asked, responses)]).toEqual([1_000, 1]);
    },
  },
  {
    name: "an abort in the middle of a download, which the application hears of; the connection is as it was",
    needs: ["application"],
    run: async (asked) => {
      const { response: before } = await get(asked, "/");
      const stop = new AbortController();
      const abandoned = asked.site.abandoned();
      const response = await asked.client.request(`${asked.origin}/app/endless`, { signal: stop.signal });
      const reading = (async () => {
        for await (const { length } of response)
          if (length > 0 && response.receivedBytes > 200_000) stop.abort();
      })();
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
      await abandoned;
      const { response: after } = await get(asked, "/");
      expect(connectionsOf(asked, [before, response, after])).toBe(1);
    },
  },
  {
    name: "a body that is given up after its first piece; the connection is as it was",
    run: async (asked) => {
      const { response: before } = await get(asked, "/");
      const response = await asked.client.request(`${asked.origin}/large.bin`);
      for await (const { length } of response) if (length > 0) break;
      const { response: after } = await get(asked, "/");
      expect(connectionsOf(asked, [before, response, after])).toBe(1);
    },
  },
  {
    name: "an upload that is given up in the middle; the connection is as it was",
    needs: ["application"],
    run: async (asked) => {
      const { response: before } = await get(asked, "/");
      const stop = new AbortController();
      const onUploadProgress = (sent: number): void => void (sent > 1_000_000 && stop.abort());
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          await Promise.resolve();
          yield large.subarray(0, 100_000);
        }
      }
      const options = { method: "POST", body: endless(), signal: stop.signal, onUploadProgress };
      await expect(asked.client.request(`${asked.origin}/app/counted`, options)).rejects.toMatchObject({
        code: "aborted",
      });
      const { response: after } = await get(asked, "/");
      expect(connectionsOf(asked, [before, after])).toBe(1);
    },
  },
  {
    name: "trailers",
    needs: ["trailers"],
    run: async (asked) => {
      const { response, body } = await get(asked, "/app/trailers", { headers: { te: "trailers" } });
      expect([words(body), response.trailers.get("x-sum")]).toEqual([greeting, "42"]);
    },
  },
  {
    name: "103 before the answer",
    needs: ["early-hints"],
    run: async (asked) => {
      const heard: unknown[] = [];
      const onInformational: NonNullable<Parameters<Client["request"]>[1]>["onInformational"] = (head) =>
        heard.push([head.status, head.fields.get("link")]);
      const { response, body } = await get(asked, "/app/early", { onInformational });
      expect([response.status, words(body)]).toEqual([200, greeting]);
      expect(heard).toEqual([[103, "</style.css>; rel=preload; as=style"]]);
    },
  },
  {
    name: "a packed body, unpacked",
    needs: ["application"],
    run: async (asked) => {
      const { response, body } = await get(asked, "/app/text");
      expect([response.headers.get("content-encoding"), words(body)]).toEqual(["gzip", text]);
      expect(response.receivedBytes).toBeLessThan(text.length / 10);
    },
  },
  {
    name: "a redirect, over the same connection",
    run: async (asked) => {
      const { response, body } = await get(asked, "/folder");
      expect([words(body), response.url, response.redirects.map(({ status }) => status)]).toEqual([
        greeting,
        `${asked.origin}/folder/`,
        [301],
      ]);
      expect(connectionsOf(asked, [(await get(asked, "/")).response, response])).toBe(1);
    },
  },
  {
    name: "a redirect that keeps method and content",
    needs: ["application"],
    run: async (asked) => {
      const { response, body } = await get(asked, "/app/moved-with-body", { method: "POST", body: greeting });
      expect(JSON.parse(words(body))).toMatchObject({ bytes: greeting.length });
      expect(response.redirects.map(({ status }) => status)).toEqual([308]);
    },
  },
  {
    name: "cookies, which are set in two fields and go back as one",
    needs: ["application"],
    run: async (asked) => {
      const kept: string[] = [];
      const cookies = {
        getCookieString: () => Promise.resolve(kept.join("; ")),
        setCookie: (line: string) => Promise.resolve(kept.push(line.split(";")[0] ?? "")),
      };
      await get(asked, "/app/cookies", { cookies });
      const { body } = await get(asked, "/app/fields", { cookies });
      expect(JSON.parse(words(body))).toMatchObject({ headers: { cookie: "first=1; second=2" } });
    },
  },
  {
    name: "fields, those of the client and those of the caller",
    needs: ["application"],
    run: async (asked) => {
      const sent: string[] = [];
      const onEvent = (event: ClientEvent): void => void (event.kind === "sent" && sent.push(...event.head));
      const headers = { "X-Mixed-Case": "kept", authorization: "Bearer secret" };
      const { body } = await get(asked, "/app/fields?a=%20b", { headers, method: "PATCH", onEvent });
      const { method, headers: came } = JSON.parse(words(body)) as Record<string, Record<string, string>>;
      expect(method).toBe("PATCH");
      expect(came).toMatchObject({
        "user-agent": expect.stringMatching(/^meerkat\//) as string,
        "x-mixed-case": "kept",
        authorization: "Bearer secret",
      });
      expect(sent.join("\n")).not.toContain("secret");
    },
  },
];

/** Servers of HTTP/2 from other hands, each asked everything that it can be asked. Each is skipped where it is not installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/index.ts";
import { atOnce, checks, connectionsOf, get, type Ability, type Asked } from "./checks.ts";
import { apache } from "./servers/apache.ts";
import { haproxy } from "./servers/haproxy.ts";
import { nghttpd } from "./servers/nghttpd.ts";
import { nginx } from "./servers/nginx.ts";
import { startNode } from "./servers/node.ts";
import { isThere as has, startFront, type Http2Server } from "./servers/place.ts";

interface Family {
  readonly name: string;
  readonly isThere: boolean;
  readonly start: (streams?: number) => Promise<Omit<Http2Server, "reload" | "signal">>;
  readonly can: readonly Ability[];
}

const front =
  (recipe: Parameters<typeof startFront>[0]): Family["start"] =>
  (streams) =>
    startFront(recipe, streams === undefined ? {} : { streams });

const families: readonly Family[] = [
  {
    name: "nginx",
    isThere: has("nginx"),
    start: front(nginx),
    // It hands on neither trailers nor interim answers of the application.
    can: ["application", "parallel", "echo", "client-port"],
  },
  {
    name: "Apache",
    isThere: has("apache2"),
    start: front(apache),
    // mod_proxy_http reads an answer when it has sent the whole request; mod_http2 begins with a few streams at once.
    can: ["application", "trailers", "early-hints", "client-port"],
  },
  {
    name: "haproxy",
    isThere: has("haproxy"),
    start: front(haproxy),
    can: ["application", "parallel", "echo", "trailers", "early-hints", "client-port"],
  },
  { name: "nghttpd", isThere: has("nghttpd"), start: front(nghttpd), can: ["echo", "trailers"] },
  {
    name: "node:http2",
    isThere: has("openssl"),
    start: (streams) => startNode(streams === undefined ? {} : { streams }),
    can: ["application", "parallel", "echo", "trailers", "early-hints", "client-port"],
  },
];

describe.each(families)("$name (skipped where it or openssl is not installed)", ({ isThere, start, can }) => {
  const abilities = new Set(can);

  describe.skipIf(!isThere)("as it is configured to take a hundred streams", () => {
    let server: Awaited<ReturnType<Family["start"]>>;
    let asked: Asked;
    beforeAll(async () => {
      server = await start();
      const client = new Client({ roots: server.caFile, environment: {} });
      asked = { client, origin: server.origin, site: server.site, can: abilities };
    });
    afterAll(async () => {
      await asked.client.close();
      await server[Symbol.asyncDispose]();
    });

    const possible = checks.filter(({ needs = [] }) => needs.every((ability) => abilities.has(ability)));
    it.each(possible)("$name", ({ run }) => run(asked));
  });

  describe.skipIf(!isThere)("as it is configured to take eight streams", () => {
    let server: Awaited<ReturnType<Family["start"]>>;
    beforeAll(async () => {
      server = await start(8);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    it("forty requests wait for their turn on the one connection that is allowed", async () => {
      await using client = new Client({ roots: server.caFile, environment: {}, connections: 1 });
      const all = await Promise.all(
        Array.from({ length: 40 }, () => get({ client, origin: server.origin }, "/")),
      );
      const responses = all.map(({ response }) => response);
      expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
      expect(connectionsOf({ can: abilities }, responses)).toBe(1);
    });

    it.runIf(abilities.has("parallel"))(
      "forty that need each other are shared out over as many connections as that takes",
      async () => {
        await using client = new Client({ roots: server.caFile, environment: {} });
        const asked: Asked = { client, origin: server.origin, site: server.site, can: abilities };
        const responses = await atOnce(asked, 40);
        expect(connectionsOf(asked, responses)).toBeGreaterThanOrEqual(5);
      },
    );
  });
});

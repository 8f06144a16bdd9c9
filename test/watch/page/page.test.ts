/** The page over real HTTP: who may look, what every answer carries, and that HTML and JSON say the same. */
import { request } from "node:http";
import { createServer } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openPage,
  type Page,
  type PageAccess,
  type PageOptions,
  type Store,
} from "../../../src/watch/index.ts";
import { bundles, hostileTag, lookedAt } from "../made-up-fleet.ts";
import { ask, askJson, type Fleet, type Got, openFleet, openPageOver } from "./asking.ts";

let fleet: Fleet;
let page: Page;
const token = "correct-horse-battery-staple";
const own = { "sec-fetch-site": "same-origin" };
const form = { "content-type": "application/x-www-form-urlencoded", ...own };
const listeners = new Set<() => void>();
const changes = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

beforeAll(async () => {
  fleet = await openFleet(60);
  page = await openPageOver(fleet.store, {
    changes,
    figures: () => ({ visits: 7, behindMs: 0, startedAt: 0 }),
  });
});
afterAll(async () => {
  await page?.close();
  await fleet?.store.close();
});

const bundle = (): string => bundles[0]?.id ?? "";
const pages = (): readonly string[] => [
  "/",
  "/endpoints",
  "/endpoints?state=failing&sort=soonest",
  "/endpoints/e000000",
  "/endpoints/e000007",
  "/bundles",
  `/bundles/${bundle()}`,
  "/alerts",
  "/alerts?state=closed&severity=critical&rule=unreachable",
];

async function withPage(options: Partial<PageOptions>, use: (page: Page) => Promise<void>): Promise<void> {
  const own = await openPageOver(fleet.store, options);
  try {
    await use(own);
  } finally {
    await own.close();
  }
}

describe("where it listens", () => {
  const open = (listen: string, access: PageAccess): Promise<Page> =>
    openPage({ store: fleet.store, listen, access, now: () => lookedAt, log: () => {} });

  it.each([
    ["beyond loopback without a token", "0.0.0.0:0", { kind: "loopback" }, /could be seen by everybody/],
    ["a token that can be guessed", "127.0.0.1:0", { kind: "token", token: "hunter2" }, /has 7 characters/],
    ["a name", "example.com:80", { kind: "loopback" }, /is not an address/],
    ["a port beyond 65535", "127.0.0.1:65536", { kind: "loopback" }, /is not an address/],
    ["an address of no machine here", "192.0.2.1:0", { kind: "token", token }, /is not an address of this/],
    ["a header that is not a name", "127.0.0.1:0", { kind: "proxy", header: "a b" }, /not a field name/],
  ] as const)("%s is refused", async (_what, listen, access, says) => {
    await expect(open(listen, access)).rejects.toThrow(says);
  });

  it("a port in use is a sentence that names it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(open(`127.0.0.1:${port}`, { kind: "loopback" })).rejects.toMatchObject({
      message: `Another program listens at 127.0.0.1:${port}.`,
      hint: expect.stringContaining("another port") as string,
    });
    other.close();
  });

  it("beyond loopback with a token it listens", async () => {
    await (await open("0.0.0.0:0", { kind: "token", token })).close();
  });
});

describe("on loopback", () => {
  it.each([["localhost"], ["LOCALHOST:9000"], ["127.0.0.1:1"], ["[::1]:8080"]])(
    "%s is this page",
    async (host) => {
      expect((await ask(page, "/", { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    ["evil.example"],
    ["evil.example:8080"],
    ["localhost.evil.example"],
    ["127.0.0.1.evil.example"],
    ["[x]"],
  ])("a name that was pointed here is refused: %s", async (host) => {
    for (const path of ["/", "/metrics", "/events", "/alerts?format=json"]) {
      const { status, body } = await ask(page, path, { headers: { host } });
      expect(status).toBe(421);
      expect(body).not.toContain("example.com");
    }
  });

  it("a name that was said to be the page's is not", async () => {
    await withPage({ hosts: ["Watch.example"] }, async (own) => {
      expect((await ask(own, "/", { headers: { host: "watch.example" } })).status).toBe(200);
      expect((await ask(own, "/", { headers: { host: "other.example" } })).status).toBe(421);
    });
  });
});

describe("with a token", () => {
  let locked: Page;
  const said: string[] = [];
  beforeAll(async () => {
    locked = await openPageOver(fleet.store, {
      access: { kind: "token", token },
      changes,
      log: ({ sentence }) => void said.push(sentence),
    });
  });
  afterAll(() => locked?.close());

  it("nothing is told without it, but that the watch is alive", async () => {
    for (const path of [...pages(), "/metrics", "/events", "/nowhere"]) {
      const { status, body, headers } = await ask(locked, path);
      expect([path, status]).toEqual([path, 401]);
      expect(headers["www-authenticate"]).toBe('Bearer realm="meerkat watch"');
      expect(body).not.toMatch(/example\.(com|net)|ca\.pem/);
    }
    for (const path of ["/healthz", "/readyz"]) {
      const { status, body } = await ask(locked, path, { headers: { host: "pod.example" } });
      expect([path, status]).toEqual([path, 200]);
      expect(body).toMatch(/^(alive|ready)\n$/);
    }
  });

  it("programs send it as a bearer token", async () => {
    const asked = (authorization: string): Promise<number> =>
      ask(locked, "/alerts?format=json", { headers: { authorization } }).then(({ status }) => status);
    expect(await asked(`Bearer ${token}`)).toBe(200);
    expect(await asked(`bearer ${token}`)).toBe(200);
    expect(await asked(`Bearer ${token}x`)).toBe(401);
    expect(await asked(`Bearer ${token.slice(1)}`)).toBe(401);
    expect(await asked("Bearer ")).toBe(401);
  });

  it("people sign in by a form, go on to where they were, and sign out", async () => {
    const body = new URLSearchParams({ token, next: "/endpoints?state=failing" }).toString();
    const { status, headers } = await ask(locked, "/sign-in", { method: "POST", headers: form, body });
    expect([status, headers.location]).toEqual([303, "/endpoints?state=failing"]);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token);
    const [pair = ""] = cookie.split(";");
    expect((await ask(locked, "/", { headers: { cookie: `other=1; ${pair}` } })).status).toBe(200);
    const out = await ask(locked, "/sign-out", { method: "POST", headers: { ...own, cookie: pair } });
    expect(out.headers["set-cookie"]?.[0]).toMatch(/^meerkat-watch=; Max-Age=0/);
  });

  it("a cookie ends with its time, and holds for its token alone", async () => {
    const body = new URLSearchParams({ token }).toString();
    const { headers } = await ask(locked, "/sign-in", { method: "POST", headers: form, body });
    const [pair = ""] = (headers["set-cookie"]?.[0] ?? "").split(";");
    const statusWith = async (options: Partial<PageOptions>, cookie: string): Promise<number> => {
      let status = 0;
      await withPage({ access: { kind: "token", token }, ...options }, async (one) => {
        ({ status } = await ask(one, "/", { headers: { cookie } }));
      });
      return status;
    };
    expect(await statusWith({}, pair)).toBe(200);
    expect(await statusWith({ now: () => lookedAt + 13 * 3_600_000 }, pair)).toBe(401);
    expect(await statusWith({ access: { kind: "token", token: `${token}2` } }, pair)).toBe(401);
    expect(await statusWith({}, pair.replace(/=\d/, "=9"))).toBe(401);
  });

  it("a wrong token is said to be wrong, and is not written to the log", async () => {
    const body = new URLSearchParams({ token: "wrong-horse-battery", next: "/alerts" }).toString();
    const got = await ask(locked, "/sign-in", { method: "POST", headers: form, body });
    expect(got.status).toBe(401);
    expect(got.body).toContain("That is not the token.");
    expect(got.body).toContain('name="next" value="/alerts"');
    expect(said.join("\n")).toContain("gave a wrong token");
    expect(said.join("\n")).not.toContain("wrong-horse");
  });

  it.each([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another name of this site", { "sec-fetch-site": "same-site" }],
    ["an origin that is not this one", { origin: "https://evil.example" }],
    ["something that does not say where it stands", {}],
  ])("a form of %s is refused", async (_what, headers) => {
    for (const path of ["/sign-in", "/sign-out"]) {
      const body = new URLSearchParams({ token }).toString();
      const got = await ask(locked, path, {
        method: "POST",
        headers,
        body,
      });
      expect(got.status).toBe(403);
      expect(got.headers["set-cookie"]).toBeUndefined();
    }
  });

  it.each(["//evil.example/", "/\\evil.example", "https://evil.example/", "/sign-in", "", "/a\nb"])(
    "signing in leads nowhere else: %j",
    async (next) => {
      const body = new URLSearchParams({ token, next }).toString();
      const { headers } = await ask(locked, "/sign-in", { method: "POST", headers: form, body });
      expect(headers.location).toBe("/");
    },
  );

  it("a form longer than any of ours is refused", async () => {
    const got = await ask(locked, "/sign-in", {
      method: "POST",
      headers: form,
      body: `token=${"x".repeat(5_000)}`,
    });
    expect(got.status).toBe(413);
  });

  it("whoever comes by a link from elsewhere goes on to the same page, once", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask(locked, "/alerts", { headers })).body).toContain('http-equiv="refresh"');
    expect((await ask(locked, "/alerts", { headers: own })).body).toContain("Sign in");
  });
});

describe("who guesses the token", () => {
  /** As the guide says: so many a minute. */
  const most = 10;
  const windowMs = 60_000;
  const open = (now: () => number): Promise<Page> =>
    openPageOver(fleet.store, { access: { kind: "token", token }, now });
  const signIn = (page: Page, given: string, from?: string): Promise<Got> =>
    ask(page, "/sign-in", {
      method: "POST",
      headers: form,
      body: new URLSearchParams({ token: given }).toString(),
      ...(from !== undefined && { from }),
    });
  const bear = (page: Page, given: string, from?: string): Promise<Got> =>
    ask(page, "/alerts", {
      headers: { authorization: `Bearer ${given}` },
      ...(from !== undefined && { from }),
    });

  it.each([
    ["by the form", signIn, 303],
    ["as a bearer token", bear, 200],
  ])("%s waits after a few, and the right one is not looked at either", async (_how, give, right) => {
    let now = lookedAt;
    const page = await open(() => now);
    const session = (await signIn(page, token)).headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    for (let i = 0; i < most; i++) {
      now += 1_000;
      expect((await give(page, `wrong-horse-battery-${i}`)).status).toBe(401);
    }
    const refused = await give(page, token);
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe(String(windowMs / 1_000 - most + 1));
    expect((await signIn(page, token)).status).toBe(429);
    expect((await bear(page, token)).status).toBe(429);
    // Who is somewhere else, or inside already, is not kept waiting.
    expect((await give(page, token, "127.0.0.2")).status).toBe(right);
    expect((await ask(page, "/alerts", { headers: { cookie: session } })).status).toBe(200);
    now += windowMs - most * 1_000 + 1_000;
    expect((await give(page, token)).status).toBe(right);
    await page.close();
  });

  it("gains nothing by forms that are all begun before the first is wrong", async () => {
    const page = await open(() => lookedAt);
    const begun = await Promise.all(
      Array.from({ length: most + 5 }, () => beginForm(page, { ...form, expect: "100-continue" })),
    );
    const statuses: number[] = [];
    for (const end of begun) statuses.push(await end(new URLSearchParams({ token: "wrong" }).toString()));
    expect(statuses).toEqual([...Array<number>(most).fill(401), ...Array<number>(5).fill(429)]);
    await page.close();
  });

  it("through a proxy on this machine is known by the address that the proxy saw", async () => {
    const page = await open(() => lookedAt);
    const by = (given: string, forwarded: string): Promise<Got> => {
      const headers = { authorization: `Bearer ${given}`, "x-forwarded-for": forwarded };
      return ask(page, "/alerts", { headers });
    };
    for (let i = 0; i < most; i++) expect((await by("wrong", `10.0.0.${i}, 203.0.113.7`)).status).toBe(401);
    expect((await by(token, "203.0.113.7")).status).toBe(429);
    expect((await by(token, "203.0.113.7, 203.0.113.8")).status).toBe(200);
    for (let i = 0; i < most; i++) expect((await by("wrong", `2001:db8::${i}`)).status).toBe(401);
    expect((await by(token, "2001:db8::ffff")).status).toBe(429);
    expect((await bear(page, token)).status).toBe(200);
    await page.close();
  });

  it("is not who is right as often", async () => {
    const page = await open(() => lookedAt);
    for (let i = 0; i < 2 * most; i++) expect((await bear(page, token)).status).toBe(200);
    await page.close();
  });
});

describe("behind a proxy", () => {
  it("whom it names may look, and nobody else", async () => {
    await withPage({ access: { kind: "proxy", header: "X-Forwarded-User" } }, async (own) => {
      const got = await ask(own, "/", { headers: { "x-forwarded-user": "<ada>" } });
      expect(got.status).toBe(200);
      expect(got.body).toContain("&lt;ada&gt;");
      expect((await ask(own, "/")).status).toBe(403);
      expect((await ask(own, "/metrics", { headers: { "x-forwarded-user": "" } })).status).toBe(403);
    });
  });

  it("the field is believed of the proxy's address alone", async () => {
    const access = { kind: "proxy", header: "x-user", from: ["192.0.2.1", "127.0.1.0/24"] } as const;
    await withPage({ access }, async (own) => {
      const headers = { "x-user": "ada" };
      expect((await ask(own, "/", { headers })).status).toBe(403);
      expect((await ask(own, "/", { headers, from: "127.0.1.7" })).status).toBe(200);
    });
  });

  it("a name that was pointed here is refused there too", async () => {
    await withPage({ access: { kind: "proxy", header: "x-user" } }, async (own) => {
      const headers = { "x-user": "ada", host: "evil.example" };
      expect((await ask(own, "/", { headers })).status).toBe(421);
    });
  });
});

describe("the sums", () => {
  it("are read when the page opens, so that whoever looks first does not wait for a disk", async () => {
    const asked: string[] = [];
    let sayRead = (): void => {};
    const read = new Promise<void>((resolve) => (sayRead = resolve));
    const store: Store = {
      ...fleet.store,
      overview: (query) => {
        asked.push("overview");
        return fleet.store.overview(query);
      },
      bundleSums: () => {
        asked.push("bundles");
        sayRead();
        return fleet.store.bundleSums();
      },
    };
    await withPage({ store }, () => read);
    expect(asked).toEqual(["overview", "bundles"]);
  });
});

describe("every answer", () => {
  it("lets nothing run that stands in it, nothing be fetched from elsewhere, and no page frame it", async () => {
    for (const path of [...pages(), "/nowhere", "/metrics", "/healthz"]) {
      const { headers } = await ask(page, path);
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; /);
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
    }
  });

  it("only what is the same for good is kept by browsers", async () => {
    const { body } = await ask(page, "/");
    const assets = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const got = await ask(page, path);
      expect(got.status).toBe(200);
      expect(got.headers["cache-control"]).toContain("immutable");
      expect(got.headers["content-security-policy"]).toContain("default-src 'none'");
    }
  });

  it("comes by GET and HEAD alone", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status, headers } = await ask(page, "/alerts", { method });
      expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD"]);
    }
    for (const path of ["/", "/metrics", "/events", "/healthz"]) {
      const got = await ask(page, path, { method: "HEAD" });
      expect([path, got.body]).toEqual([path, ""]);
      expect(got.status).toBeLessThan(300);
    }
  });

  it("to an address longer than any of ours is a refusal", async () => {
    expect((await ask(page, `/endpoints?search=${"a".repeat(2_100)}`)).status).toBe(414);
    expect((await ask(page, "*", { method: "OPTIONS" })).status).toBe(414);
  });

  it.each([
    "/nowhere",
    "/endpoints/nobody",
    "/endpoints/%ff",
    "/endpoints/",
    "/bundles/x",
    "/__proto__",
    "/endpoints/a/b",
  ])("to %s is not found", async (path) => {
    expect((await ask(page, path)).status).toBe(404);
    expect(await askJson(page, path)).toMatchObject({ schema: 1, page: "error", status: 404 });
  });

  it.each([
    "/endpoints?state=unvisited",
    "/endpoints?sort=up",
    "/alerts?severity=%3Cb%3E",
    "/alerts?rule=none",
  ])("to a word that is not known says which are: %s", async (path) => {
    const { status, body } = await ask(page, path);
    expect(status).toBe(400);
    expect(body).toContain("is one of");
    expect(body).not.toContain("<b>");
  });

  it("is a page even where a place in a list is made up", async () => {
    for (const after of ["x", "[1]", '["a"]', "null"])
      expect((await ask(page, `/endpoints?after=${encodeURIComponent(after)}`)).status).toBeLessThan(500);
  });

  it("tells nothing of a store that fails, and writes it to the log", async () => {
    const said: string[] = [];
    const broken = {
      ...fleet.store,
      endpoints: () => Promise.reject(new Error("disk at /var/lib/secret")),
      overview: () => Promise.reject(new Error("disk at /var/lib/secret")),
      figures: () => Promise.reject(new Error("disk at /var/lib/secret")),
    };
    const own = await openPageOver(broken, { log: ({ sentence }) => void said.push(sentence) });
    for (const path of ["/endpoints", "/metrics"]) {
      const { status, body } = await ask(own, path);
      expect(status).toBe(500);
      expect(body).not.toContain("secret");
    }
    expect((await ask(own, "/readyz")).status).toBe(503);
    expect((await ask(own, "/healthz")).status).toBe(200);
    expect(said.join("\n")).toContain("disk at /var/lib/secret");
    await own.close();
  });
});

describe("what a page says", () => {
  it("its JSON says too, at the same address, with the number of its schema", async () => {
    for (const path of pages()) {
      const html = await ask(page, path, {
        headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
      });
      expect([path, html.status, html.headers["content-type"]]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(html.headers.vary).toContain("Accept");
      const json = await ask(page, path, { headers: { accept: "application/json" } });
      expect(json.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(json.headers.vary).toContain("Accept");
      expect(JSON.parse(json.body)).toMatchObject({ schema: 1, madeAt: new Date(lookedAt).toISOString() });
      const same = await ask(page, `${path}${path.includes("?") ? "&" : "?"}format=json`);
      expect(same.body).toBe(json.body);
    }
  });

  it("never is an endpoint's path or query, in no form", async () => {
    for (const path of [...pages(), "/metrics"])
      for (const accept of ["text/html", "application/json"]) {
        const { body } = await ask(page, path, { headers: { accept } });
        expect(body).not.toMatch(/secret-path|hunter2/);
      }
  });

  it("is text, whatever a list says", async () => {
    const asked = `/endpoints?tag=${encodeURIComponent(hostileTag)}&search=${encodeURIComponent('"><img src=x>')}`;
    for (const path of ["/endpoints?search=hostile", "/endpoints/e000007", asked]) {
      const { body } = await ask(page, path);
      expect(body).toContain("&quot;&gt;&lt;");
      expect(body).not.toMatch(/<script>|<img/);
      expect([...body.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)).toEqual([
        expect.stringMatching(/^<script src="\/assets\/live\.\w+\.js" defer>$/),
      ]);
    }
    const { rows } = (await askJson(page, `/endpoints?tag=${encodeURIComponent(hostileTag)}`)) as {
      rows: { name: string }[];
    };
    expect(rows.map(({ name }) => name)).toEqual(["https://hostile.example.com"]);
  });

  it.each(["name", "soonest"])(
    "in lists goes on page by page, nothing lost and nothing twice: by %s",
    async (sort) => {
      const names: string[] = [];
      let next: string | null = `/endpoints?sort=${sort}`;
      for (let i = 0; next !== null && i < 10; i++) {
        const found: { rows: { name: string }[]; next: string | null } = (await askJson(page, next)) as never;
        names.push(...found.rows.map(({ name }) => name));
        next = found.next;
      }
      expect(names.toSorted()).toEqual(fleet.endpoints.map(({ name }) => name).toSorted());
    },
  );

  it("of a bundle lists each endpoint once too", async () => {
    const names: string[] = [];
    let next: string | null = `/bundles/${bundle()}`;
    for (let i = 0; next !== null && i < 10; i++) {
      const found: { forecasts: { endpoint: { name: string } }[]; next: string | null } = (await askJson(
        page,
        next,
      )) as never;
      names.push(...found.forecasts.map(({ endpoint }) => endpoint.name));
      next = found.next;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(60);
  });

  it("on the overview begins with what fails, and what breaks next, for whom and when", async () => {
    const { body } = await ask(page, "/");
    const text = body.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    expect(text).toMatch(
      /1 endpoint fails now Next break: fs\/ca\.pem \(Mongoose 7 with OpenSSL\) (likely )?loses https:\/\/\S+ in \d+ days/,
    );
    expect(text).toContain("Add Example Root Y");
  });

  it("of an endpoint is who signed whom: what was sent under its signer, and a root by its name", async () => {
    interface Node {
      readonly kind: string;
      readonly name: string;
      readonly signed: readonly Node[];
    }
    const { chains } = (await askJson(page, "/endpoints/e000000")) as unknown as { chains: readonly Node[] };
    const shape = (nodes: readonly Node[]): unknown[] =>
      nodes.map(({ kind, name, signed }) => [kind, name, ...shape(signed)]);
    expect(shape(chains)).toEqual([
      [
        "not-sent",
        "Example Root 2004",
        ["sent", "Example Root Y", ["sent", "Example Issuing E1", ["sent", "api.example.com"]]],
      ],
    ]);
  });
});

describe("without anything to show", () => {
  it("it says what to do", async () => {
    const { openSqliteStore } = await import("../../../src/watch/index.ts");
    const store = await openSqliteStore({ path: ":memory:" });
    const own = await openPageOver(store);
    expect((await ask(own, "/")).body).toContain("meerkat watch --list endpoints.txt");
    expect((await ask(own, "/endpoints")).body).toContain("meerkat watch --list");
    expect((await ask(own, "/bundles")).body).toContain("--bundle fs/ca.pem@mongoose-os");
    expect((await ask(own, "/alerts")).body).toContain("No alert is open.");
    expect((await ask(own, "/metrics")).status).toBe(200);
    await own.close();
    await store.close();
  });
});

describe("health", () => {
  it("is not ready while the schedule lies far behind", async () => {
    const figures = (behindMs: number) => () => ({ visits: 0, behindMs, startedAt: 0 });
    await withPage({ figures: figures(60_000) }, async (own) =>
      expect((await ask(own, "/readyz")).status).toBe(200),
    );
    await withPage({ figures: figures(3_600_000) }, async (own) => {
      expect(await ask(own, "/readyz")).toMatchObject({
        status: 503,
        body: "not ready: the schedule is behind\n",
      });
      expect((await ask(own, "/healthz")).status).toBe(200);
    });
  });
});

describe("the stream of events", () => {
  it("says that something changed, and ends when the page does", async () => {
    const own = await openPageOver(fleet.store, { changes });
    const before = listeners.size;
    const response = await fetch(new URL("/events", own.url));
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    const decoder = new TextDecoder();
    let text = "";
    let hasChanged = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value);
      if (!hasChanged && text.includes("retry:")) {
        hasChanged = true;
        for (const listener of listeners) listener();
        for (const listener of listeners) listener();
      }
      if (text.includes("event: changed")) void own.close();
    }
    expect(text.match(/event: changed/g)).toHaveLength(1);
    expect(listeners.size).toBe(before - 1);
  });

  it("has room for a bounded number of pages", async () => {
    const own = await openPageOver(fleet.store, { changes });
    const all = await Promise.all(Array.from({ length: 65 }, () => fetch(new URL("/events", own.url))));
    expect(all.map(({ status }) => status).filter((status) => status === 503)).toHaveLength(1);
    await own.close();
    await Promise.all(all.map((one) => one.text()));
  });
});

/** A form whose head was taken; what ends it gives the answer's status. */
function beginForm(
  { url }: Pick<Page, "url">,
  headers: Record<string, string>,
): Promise<(body: string) => Promise<number>> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL("/sign-in", url), { method: "POST", headers, agent: false });
    const answered = new Promise<number>((answer) => {
      asked.on("response", (response) => {
        response.resume();
        answer(response.statusCode ?? 0);
      });
    });
    asked.on("error", reject);
    asked.on("continue", () =>
      resolve((body) => {
        asked.end(body);
        return answered;
      }),
    );
    asked.flushHeaders();
  });
}

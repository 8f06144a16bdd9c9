/** Pages that follow one another: by which link, how far, and to whom the request goes. */
import { describe, expect, test } from "vitest";
import { Client, HttpsError, type PageOptions, type RequestOptions, type Response } from "../../src/index.ts";
import { answering, openOrigin, reply, rootPem, whenEmpty, type Origin, type Received } from "./origin.ts";

/** A server of pages by path; an unknown one is the last. */
async function openPages(
  pages: Readonly<Record<string, string>>,
): Promise<Origin & { readonly asked: Received[] }> {
  const asked: Received[] = [];
  const origin = await openOrigin(
    answering((request) => {
      asked.push(request);
      const path = request.head[0]?.split(" ")[1] ?? "";
      const link = pages[path];
      return reply(`["${path}"]`, link === undefined ? "" : `Link: ${link}\r\n`);
    }),
  );
  return Object.assign(origin, { asked });
}

const openClient = (): Client => new Client({ roots: rootPem, environment: {} });
const pathsOf = ({ asked }: { readonly asked: readonly Received[] }): readonly (string | undefined)[] =>
  asked.map(({ head }) => head[0]?.split(" ")[1]);

async function walk(url: string, options: PageOptions = {}): Promise<HttpsError | undefined> {
  await using client = openClient();
  try {
    for await (const page of client.paginate(url, options)) await page.text();
    return undefined;
  } catch (error) {
    if (error instanceof HttpsError) return error;
    throw error;
  }
}

describe("the next page", () => {
  test.each<[string, string]>([
    ["a path", '</b>; rel="next"'],
    ["relative to the page", "<b>; rel=next"],
    ["among other links", '</z>; rel="last", </b>; title="a, b"; rel="next"'],
    ["with several relations", '</b>; rel="last next"'],
    ["on a second line", '</z>; rel="prev"\r\nLink: </b>; rel="next"'],
    ["not that of another document", '</z>; rel="next"; anchor="/other", </b>; rel="next"'],
  ])("is the one that Link says: %s", async (_what, link) => {
    await using origin = await openPages({ "/a": link });
    expect(await walk(`${origin.url}/a`)).toBeUndefined();
    expect(pathsOf(origin)).toEqual(["/a", "/b"]);
  });

  test("is asked for with the method, the fields and the credentials of the first, and not with its query", async () => {
    await using origin = await openPages({ "/a?q=1": '</a?cursor=x>; rel="next"' });
    await walk(`${origin.url}/a`, { query: { q: 1 }, headers: { authorization: "Bearer 1", "x-a": "2" } });
    expect(pathsOf(origin)).toEqual(["/a?q=1", "/a?cursor=x"]);
    for (const { head } of origin.asked)
      expect(head.map((line) => line.toLowerCase())).toEqual(
        expect.arrayContaining(["authorization: bearer 1", "x-a: 2"]),
      );
  });

  test("is what a function says: a URL, a request, or none", async () => {
    await using origin = await openPages({});
    await using client = openClient();
    const next = ({ url }: Response): ReturnType<NonNullable<PageOptions["next"]>> => {
      switch (new URL(url).pathname + new URL(url).search) {
        case "/a":
          return "b?c=1";
        case "/b?c=1":
          return { query: { d: 2 } };
        case "/b?c=1&d=2":
          return { method: "POST", json: { cursor: 3 }, url: new URL("/e", url) };
        default:
          return null;
      }
    };
    for await (const page of client.paginate(`${origin.url}/a`, { next })) expect(page.ok).toBe(true);
    expect(pathsOf(origin)).toEqual(["/a", "/b?c=1", "/b?c=1&d=2", "/e"]);
    expect(origin.asked.at(-1)).toMatchObject({ body: '{"cursor":3}' });
  });

  test("is asked for when the loop comes to it, and not after it is left", async () => {
    await using origin = await openPages({ "/a": '</b>; rel="next"', "/b": '</c>; rel="next"' });
    await using client = openClient();
    for await (const page of client.paginate(`${origin.url}/a`)) if (page.url.endsWith("/b")) break;
    expect(pathsOf(origin)).toEqual(["/a", "/b"]);
  });

  test("does not leave the body of the page before unread", async () => {
    await using origin = await openOrigin(
      answering(() => "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n"),
    );
    await using client = openClient();
    for await (const page of client.paginate(origin.url)) expect(page.status).toBe(200);
    await whenEmpty(origin);
  });
});

describe("the request goes to no other origin", () => {
  const secret: RequestOptions = { headers: { authorization: "Bearer SECRET" } };

  test("by a link", async () => {
    await using other = await openPages({});
    await using origin = await openPages({ "/a": `<${other.url}/b?t=1>; rel="next"` });
    const error = await walk(`${origin.url}/a`, secret);
    expect(error).toMatchObject({ code: "page-elsewhere" });
    expect(other.accepted).toEqual([]);
  });

  test("by a function", async () => {
    await using other = await openPages({});
    await using origin = await openPages({});
    const next = (): string => `${other.url}/b`;
    expect(await walk(`${origin.url}/a`, { ...secret, next })).toMatchObject({ code: "page-elsewhere" });
    expect(other.accepted).toEqual([]);
  });

  test("by a link of a page that a redirect led to", async () => {
    await using other = await openPages({ "/b": '</c>; rel="next"' });
    await using origin = await openOrigin(
      answering(() => `HTTP/1.1 302 Found\r\nLocation: ${other.url}/b\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await walk(`${origin.url}/a`, secret)).toMatchObject({ code: "page-elsewhere" });
    expect(pathsOf(other)).toEqual(["/b"]);
  });

  test("nor over http where it was https", async () => {
    await using origin = await openPages({ "/a": '<http://localhost/b>; rel="next"' });
    expect(await walk(`${origin.url}/a`, secret)).toMatchObject({ code: "page-elsewhere" });
  });

  test("but where the caller names it", async () => {
    await using other = await openPages({});
    await using origin = await openPages({ "/a": `<${other.url}/b>; rel="next"` });
    expect(await walk(`${origin.url}/a`, { ...secret, origins: [other.url] })).toBeUndefined();
    expect(pathsOf(other)).toEqual(["/b"]);
  });
});

describe("pages end", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["of one", { "/a": '</a>; rel="next"' }],
    ["of two", { "/a": '</b>; rel="next"', "/b": '</a#x>; rel="next"' }],
  ])("in an error where they go in a circle %s", async (_what, pages) => {
    await using origin = await openPages(pages);
    expect(await walk(`${origin.url}/a`)).toMatchObject({ code: "page-loop" });
    expect(origin.asked).toHaveLength(Object.keys(pages).length);
  });

  test("in an error where there are more than were to be asked for", async () => {
    await using origin = await openPages({ "/a": '</b>; rel="next"', "/b": '</c>; rel="next"' });
    expect(await walk(`${origin.url}/a`, { maxPages: 2 })).toMatchObject({
      code: "too-many-pages",
      detail: { value: 2 },
    });
    expect(pathsOf(origin)).toEqual(["/a", "/b"]);
    await using shorter = await openPages({ "/a": '</b>; rel="next"' });
    expect(await walk(`${shorter.url}/a`, { maxPages: 2 })).toBeUndefined();
  });

  test.each(["mailto:a@b.example", "https://user:pw@localhost/", "//%"])(
    "in an error where the next one is not a page: %s",
    async (next) => {
      await using origin = await openPages({ "/a": `<${next}>; rel=next` });
      const error = await walk(`${origin.url}/a`);
      expect(error).toMatchObject({ code: "page-invalid" });
      expect(JSON.stringify(error)).not.toContain("pw@");
    },
  );
});

describe("items", () => {
  test("come one after the other, off all pages", async () => {
    await using origin = await openPages({ "/a": '</b>; rel="next"' });
    await using client = openClient();
    const items: string[] = [];
    const options = { items: (body: unknown) => body as string[] };
    for await (const item of client.paginate(`${origin.url}/a`, options)) items.push(item);
    expect(items).toEqual(["/a", "/b"]);
  });

  test("the body is there for whoever says which page is next", async () => {
    await using origin = await openPages({});
    await using client = openClient();
    const items: string[] = [];
    const all = client.paginate(`${origin.url}/a`, {
      items: (body) => body as string[],
      next: (_response, body) => ((body as string[])[0] === "/a" ? "/b" : undefined),
    });
    for await (const item of all) items.push(item);
    expect(items).toEqual(["/a", "/b"]);
  });

  test("are not looked for in an answer that is an error", async () => {
    await using origin = await openOrigin(answering(() => "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n[]"));
    await using client = openClient();
    const all = client.paginate(origin.url, { items: (body) => body as string[] });
    await expect(all.next()).rejects.toMatchObject({ code: "status", detail: { status: 500 } });
  });
});

test.each<[string, object]>([
  ["maxPages", { maxPages: 0 }],
  ["next", { next: "/b" }],
  ["origins", { origins: "https://a.example" }],
  ["items", { items: [] }],
  ["what next gives", { next: () => 7 }],
])("a value that means nothing is refused: %s", async (_what, options) => {
  await using origin = await openPages({});
  expect(await walk(`${origin.url}/a`, options)).toMatchObject({ code: "option-invalid" });
});

/** What goes out over HTTP/2 as a credential is never indexed (RFC 7541 §7.1.3), as Node's server sees it, and stands in no report. */
import { sensitiveHeaders } from "node:http2";
import { expect, test } from "vitest";
import { Client, type ClientEvent } from "../../../src/index.ts";
import { rootPem } from "../origin.ts";
import { openHttp2 } from "./origin.ts";

test("credentials, and what the caller calls secret, are never indexed; the rest is", async () => {
  const requests: { readonly plain: unknown; readonly sensitive: readonly string[] }[] = [];
  await using origin = await openHttp2((stream, headers) => {
    const names = (headers as { readonly [sensitiveHeaders]?: readonly string[] })[sensitiveHeaders] ?? [];
    requests.push({ plain: headers["x-plain"], sensitive: [...names].sort() });
    stream.respond({ ":status": 200 });
    stream.end();
  });
  const events: ClientEvent[] = [];
  await using client = new Client({
    roots: rootPem,
    environment: {},
    secretHeaders: ["X-Session"],
    onEvent: (event) => events.push(event),
  });
  const headers = {
    authorization: "Bearer hidden",
    cookie: "a=hidden",
    "x-session": "hidden",
    "x-plain": "shown",
  };
  for (const path of ["/a", "/b"]) await (await client.request(origin.url + path, { headers })).text();
  const seen = { plain: "shown", sensitive: ["authorization", "cookie", "x-session"] };
  expect(requests).toEqual([seen, seen]);
  expect(JSON.stringify(events)).toContain("shown");
  expect(JSON.stringify(events)).not.toContain("hidden");
});

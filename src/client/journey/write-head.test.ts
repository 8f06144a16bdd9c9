/** What a request's head has beside what was asked: what answers a challenge, cookies, a proxy's part, 100 Continue. */
import { expect, test } from "vitest";
import type { TrustPolicy } from "../../admission/index.ts";
import { notShown, requireUrl } from "../../core/index.ts";
import type { ProxySetting } from "../../net/index.ts";
import { parseBody } from "../body/request-body.ts";
import { putFields } from "./request-fields.ts";
import { writeHead } from "./write-head.ts";

type Occasion = Parameters<typeof writeHead>[1];

const usual: Occasion = {
  authorization: undefined,
  cookie: "",
  forwarding: undefined,
  expects: false,
  secretHeaders: undefined,
};
const forwarding: ProxySetting = {
  scheme: "http",
  host: "proxy.example",
  port: 3128,
  authorization: undefined,
  login: undefined,
  url: "http://proxy.example:3128",
  source: "the option proxy",
  mode: "forward",
  policy: {} as TrustPolicy,
};

interface Request {
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly occasion?: Partial<Occasion>;
}

function written({ fields = {}, body, occasion = {} }: Request): ReturnType<typeof writeHead> {
  const asked = {
    target: requireUrl("http://a.example/x?y"),
    method: body === undefined ? "GET" : "PUT",
    fields: putFields(new Map(), { Host: "a.example", ...fields }),
    body: parseBody(body),
  };
  return writeHead(asked, { ...usual, ...occasion });
}

const origin = "GET /x?y HTTP/1.1";
const absolute = "GET http://a.example/x?y HTTP/1.1";
const host = "Host: a.example";

test.each<[law: string, request: Request, lines: readonly string[]]>([
  ["what was asked, in origin-form", {}, [origin, host]],
  [
    "an answer to a challenge",
    { occasion: { authorization: "Digest a" } },
    [origin, host, "Authorization: Digest a"],
  ],
  [
    "an answer to a challenge in place of another",
    { fields: { authorization: "Basic a" }, occasion: { authorization: "Digest b" } },
    [origin, host, "Authorization: Digest b"],
  ],
  ["what the jar holds", { occasion: { cookie: "a=1; b=2" } }, [origin, host, "Cookie: a=1; b=2"]],
  [
    "the request's own cookies, before the jar's",
    { fields: { cookie: "own=1" }, occasion: { cookie: "a=1" } },
    [origin, host, "cookie: own=1"],
  ],
  ["absolute-form for a proxy (RFC 9112 §3.2.2)", { occasion: { forwarding } }, [absolute, host]],
  [
    "the proxy's credentials",
    { occasion: { forwarding: { ...forwarding, authorization: "Basic a" } } },
    [absolute, host, "Proxy-Authorization: Basic a"],
  ],
  ["the length of a body", { body: "abc" }, ["PUT /x?y HTTP/1.1", host, "Content-Length: 3"]],
  [
    "that the body waits (RFC 9110 §10.1.1)",
    { body: "abc", occasion: { expects: true } },
    ["PUT /x?y HTTP/1.1", host, "Expect: 100-continue", "Content-Length: 3"],
  ],
])("a head says %s", (_what, request, lines) => {
  expect(written(request).text.split("\r\n")).toEqual([...lines, "", ""]);
});

test("a head that asks for the end of the connection is told from others (RFC 9112 §9.6)", () => {
  expect(written({ fields: { Connection: "close" } }).closes).toBe(true);
  expect(written({}).closes).toBe(false);
});

test.each<[law: string, secretHeaders: readonly string[] | undefined, value: string]>([
  ["is shown", undefined, "a\nb"],
  ["is not shown where its field is secret", ["x-mine"], notShown],
])("a value that cannot be sent %s", (_law, secretHeaders, value) => {
  expect(() => written({ fields: { "X-Mine": "a\nb" }, occasion: { secretHeaders } })).toThrow(
    expect.objectContaining({
      code: "request-field-invalid",
      detail: expect.objectContaining({ name: "X-Mine", value }) as unknown,
    }) as Error,
  );
});

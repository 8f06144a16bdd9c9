/** What a list of endpoints says, and what is wrong with a line of it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { explainEmpty, parseLists, type EndpointList } from "./index.ts";

const read = (text: string): EndpointList => parseLists([{ file: "list.txt", text }]);
const hrefs = (text: string): readonly string[] => read(text).endpoints.map(({ href }) => href);

it.each<[law: string, text: string, expected: readonly string[]]>([
  [
    "a URL or host:port stands in each line",
    "https://a.example/\nb.example:8883\nsmtp://c.example\n",
    ["https://a.example/", "tls://b.example:8883", "smtp://c.example"],
  ],
  [
    "lines end as on any system",
    "a.example:1\r\nb.example:2\rc.example:3",
    ["tls://a.example:1", "tls://b.example:2", "tls://c.example:3"],
  ],
  ["a mark of the byte order is not a part of the first", "\uFEFFhttps://a.example/", ["https://a.example/"]],
  [
    "remarks and empty lines are passed over",
    "# ours\n\n  \na.example:1 # the broker\n",
    ["tls://a.example:1"],
  ],
  ["a fragment is not a remark", "https://a.example/x#y", ["https://a.example/x"]],
  [
    "an endpoint that is listed twice is one",
    "https://A.example\nhttps://a.example:443/",
    ["https://a.example/"],
  ],
  [
    "two paths of a web site are two endpoints",
    "https://a.example/1\nhttps://a.example/2",
    ["https://a.example/1", "https://a.example/2"],
  ],
  ["a number may be the path of a web site", "https://10.0.0.1/24", ["https://10.0.0.1/24"]],
  [
    "a name may look like a range at its beginning",
    "10.0.0.1-20.pool.example:443",
    ["tls://10.0.0.1-20.pool.example:443"],
  ],
  ["an IPv6 address stands in brackets", "[2001:db8::1]:443", ["tls://[2001:db8::1]:443"]],
])("%s", (_law, text, expected) => {
  expect(hrefs(text)).toEqual(expected);
  expect(read(text).bad).toEqual([]);
});

it("what stands behind an endpoint are its tags, and those of its second line join them", () => {
  const { endpoints } = read("https://a.example/ team=web prod\nhttps://a.example/ prod eu # twice\n");
  expect(endpoints.map(({ tags }) => tags)).toEqual([["team=web", "prod", "eu"]]);
});

it("several lists are read as one", () => {
  const { endpoints, bad } = parseLists([
    { file: "one", text: "a.example:1 x" },
    { file: "two", text: "nonsense\na.example:1 y" },
  ]);
  expect(endpoints).toMatchObject([{ name: "a.example:1", tags: ["x", "y"] }]);
  expect(bad).toMatchObject([{ file: "two", line: 1 }]);
});

it.each([
  ["https://a.example/token?key=1", "https://a.example"],
  ["https://a.example:8443/token", "https://a.example:8443"],
  ["mqtts://b.example", "mqtts://b.example"],
  ["[::1]:8883", "[::1]:8883"],
])("%s is shown as %s, and its id tells nothing of it", (text, name) => {
  const [endpoint] = read(text).endpoints;
  expect(endpoint?.name).toBe(name);
  expect(endpoint?.id).toMatch(/^[0-9a-f]{20}$/);
  expect(read(text).endpoints[0]?.id).toBe(endpoint?.id);
});

it.each<[law: string, line: string, says: RegExp]>([
  ["a CIDR range is refused", "10.0.0.0/24", /^10\.0\.0\.0\/24 is a range of addresses\.$/],
  ["one with a port is too", "10.0.0.0/24:443", /is a range/],
  ["one with a scheme is too", "tls://10.0.0.0/24", /is a range/],
  ["addresses from one to another are a range", "10.0.0.1-10.0.0.20:443", /is a range/],
  ["so is a last number from one to another", "https://10.0.0.1-20/", /is a range/],
  ["a range of IPv6 is refused", "2001:db8::/32", /is a range/],
  ["one in brackets is too", "[2001:db8::/32]:443", /is a range/],
  [
    "a wildcard is refused",
    "*.example.com:443",
    /^\*\.example\.com:443 is a wildcard, which may be any host\.$/,
  ],
  ["one in a URL is too", "https://*.example.com/", /is a wildcard/],
  ["a name alone is not an endpoint", "a.example", /a\.example/],
  ["plain HTTP has no TLS", "http://a.example/", /http/],
])("%s, with its line, and the rest goes on", (_law, line, says) => {
  const { endpoints, bad } = read(`a.example:1\n${line}\nb.example:2`);
  expect(endpoints).toHaveLength(2);
  expect(bad).toMatchObject([{ file: "list.txt", line: 2, message: expect.stringMatching(says) as string }]);
});

it("a password in a line is not told", () => {
  const { bad } = read("https://user:SECRET@a.example/\n");
  expect(bad).toHaveLength(1);
  expect(JSON.stringify(bad)).not.toContain("SECRET");
});

it("a list with nothing to visit is told", () => {
  const empty = [{ file: "list.txt", text: "# nothing yet\n" }];
  expect(explainEmpty(parseLists(empty), empty)).toBe("There is no endpoint in list.txt.");
  const wrong = [{ file: "list.txt", text: "a\nb\n" }];
  expect(explainEmpty(parseLists(wrong), wrong)).toBe("Not one of the 2 lines in list.txt is an endpoint.");
  expect(explainEmpty(read("a.example:1"), wrong)).toBeUndefined();
});

it("no text makes it throw, and no endpoint stands there twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { endpoints } = read(`${text}\na.example:1\n${text}`);
      expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length);
    }),
  );
});

it("is read as it is written, whatever somebody put on every object", () => {
  const everything = Object.prototype as { message?: string };
  everything.message = "polluted";
  try {
    expect(hrefs("a.example:1")).toEqual(["tls://a.example:1"]);
  } finally {
    delete everything.message;
  }
});

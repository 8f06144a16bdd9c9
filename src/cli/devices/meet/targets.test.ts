/** Lists of URLs, and their bounds. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forever } from "../../../../test/cli/forever.ts";
import { urlListBytes, visitedUrls } from "../../limits.ts";
import { collectUrls, parseUrlList } from "./targets.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-targets-"));
});
afterAll(() => rm(folder, { recursive: true }));

const urls = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `https://site-${i}.example/`);

describe("a list of URLs", () => {
  it.each<readonly [law: string, text: string, urls: readonly string[]]>([
    [
      "has one a line",
      "https://a.example\nhttps://b.example/x\n",
      ["https://a.example/", "https://b.example/x"],
    ],
    [
      "takes any line end",
      "https://a.example/\r\nhttps://b.example/\rhttps://c.example/",
      ["https://a.example/", "https://b.example/", "https://c.example/"],
    ],
    ["may have empty lines and remarks", "# all\n\n  https://a.example/ # one\n", ["https://a.example/"]],
    [
      "takes a # inside a word for a fragment, which is not sent",
      "https://a.example/x#part",
      ["https://a.example/x"],
    ],
  ])("%s", (_law, text, expected) => {
    expect(parseUrlList(text, "list")).toEqual(expected);
  });
});

describe("an endpoint", () => {
  it.each([
    ["mqtts://Broker.example/", "mqtts://broker.example"],
    ["broker.example:8883", "tls://broker.example:8883"],
    ["postgres://user:SECRET@db.example/shop", "postgres://db.example"],
  ])("%s is kept as %s", async (url, kept) => {
    expect(await collectUrls([url])).toEqual([kept]);
  });

  it.each([
    ["mqtt://broker.example", "Write its mqtts:// URL."],
    ["mqqts://broker.example", "Did you mean mqtts://? Where TLS begins at once, write host:port."],
    ["https://user:SECRET@site.example/", "Leave it out: the certificates are the same without."],
    [
      "site.example",
      'Write "https://site.example" for a web site; for anything else its scheme, such as "mqtts://site.example", or host and port, such as "site.example:8883".',
    ],
    [
      "imap.example.org",
      'Write "https://imap.example.org" for a web site; for anything else its scheme, such as "imaps://imap.example.org", or host and port, such as "imap.example.org:993".',
    ],
    [
      "broker.example:8883/device",
      'Write "https://broker.example:8883/device" for a web site; for anything else its scheme, such as "mqtts://broker.example", or host and port, such as "broker.example:8883".',
    ],
    [
      "site.example:8443/a",
      'Write "https://site.example:8443/a" for a web site; for anything else its scheme, such as "mqtts://site.example:8443", or host and port, such as "site.example:8443".',
    ],
    [
      "plain.test:99999",
      "Correct the port; or write a scheme, whose own port is taken: https://, mqtts:// and others.",
    ],
  ])("that %s is not, is told with what to write", async (url, hint) => {
    await expect(collectUrls([url])).rejects.toMatchObject({ hint });
  });
});

describe("the number of URLs", () => {
  it("may be as large as the limit, and repetitions do not count", async () => {
    const most = urls(visitedUrls.value);
    expect(await collectUrls([...most, ...most])).toHaveLength(visitedUrls.value);
  });

  it("may not be larger", async () => {
    await expect(collectUrls(urls(visitedUrls.value + 1))).rejects.toThrow("2001 URLs are more than 2000");
  });
});

describe("the size of a list", () => {
  it.each([
    ["just at the limit is read", 0, true],
    ["just over it is refused", 1, false],
  ])("%s", async (_law, over, isRead) => {
    const file = join(folder, `list-${over}`);
    await writeFile(file, `https://a.example/\n#${"x".repeat(urlListBytes.value - 20 + over)}`);
    const collected = collectUrls([], { file, signal: forever });
    if (isRead) expect(await collected).toEqual(["https://a.example/"]);
    else await expect(collected).rejects.toThrow(/more than 1048576/);
  });
});

/** Which proxy a request goes through, by which rule, and what is read of its URL. */
import { describe, expect, test } from "vitest";
import type { TrustPolicy } from "../../admission/index.ts";
import { requireUrl } from "../../core/index.ts";
import type { Environment } from "../options/options.ts";
import { chooseProxy, type ProxyChoice } from "./proxy-choice.ts";

const policy = {} as TrustPolicy;
const https = "https://www.example.com/";

const choose = (url: string, environment: Environment, option?: string | null): ProxyChoice =>
  chooseProxy({ target: requireUrl(url), option, environment, policy: () => policy });
const rule = (...asked: Parameters<typeof choose>): string => choose(...asked).rule;

describe("which proxy", () => {
  test.each<[string, string, Environment, string | null | undefined, string]>([
    ["none is set", https, {}, undefined, "no proxy is set"],
    ["https_proxy for https", https, { https_proxy: "p:1", http_proxy: "q:1" }, undefined, "https_proxy"],
    ["HTTPS_PROXY too", https, { HTTPS_PROXY: "p:1" }, undefined, "HTTPS_PROXY"],
    ["lower case first", https, { HTTPS_PROXY: "p:1", https_proxy: "q:1" }, undefined, "https_proxy"],
    ["http_proxy for http", "http://www.example.com/", { http_proxy: "p:1" }, undefined, "http_proxy"],
    [
      "HTTP_PROXY is a request's field under CGI",
      "http://www.example.com/",
      { HTTP_PROXY: "p:1" },
      undefined,
      "no proxy is set",
    ],
    ["ALL_PROXY for either", "http://www.example.com/", { ALL_PROXY: "p:1" }, undefined, "ALL_PROXY"],
    ["an empty variable is none", https, { https_proxy: "", all_proxy: "p:1" }, undefined, "all_proxy"],
    [
      "the option before the environment",
      https,
      { https_proxy: "p:1", no_proxy: "*" },
      "http://o:1",
      "the option proxy",
    ],
    ["the option null", https, { https_proxy: "p:1" }, null, "the option proxy: null"],
    [
      "a loopback name is not a proxy's to reach",
      "https://a.localhost/",
      { https_proxy: "p:1" },
      undefined,
      "a loopback name",
    ],
  ])("%s", (...row) => {
    const [, url, environment, option, expected] = row;
    expect(rule(url, environment, option)).toBe(expected);
  });

  test.each([
    "http://wpad.example/proxy.pac?v=1",
    "http://wpad.example:8080/wpad.dat",
    "wpad.example/corp.PAC",
    "pac+http://wpad.example/",
  ])("the address of a PAC file is not a proxy's: %s", (option) => {
    expect(() => rule(https, {}, option)).toThrow(
      /^The proxy set by the option proxy cannot be used: it is the address of a PAC file/,
    );
    expect(() => rule(https, { https_proxy: option })).toThrow(/^The proxy set by https_proxy cannot/);
  });

  test.each<[string, string, boolean]>([
    ["*", https, true],
    ["example.com", https, true],
    [".example.com", https, true],
    ["*.example.com", https, true],
    ["EXAMPLE.com.", https, true],
    ["www.example.com", https, true],
    ["xample.com", https, false],
    ["ww.example.com", https, false],
    ["com", https, true],
    ["other.org, example.com", https, true],
    ["other.org example.com", https, true],
    ["example.com:443", https, true],
    ["example.com:8443", https, false],
    ["example.com:8443", "https://example.com:8443/", true],
    ["", https, false],
    [",", https, false],
    [".", https, false],
    ["*.", https, false],
    ["192.0.2.7", "https://192.0.2.7/", true],
    ["192.0.2.7", "https://192.0.2.8/", false],
    ["192.0.2.7", https, false],
    ["192.0.2.7", "https://[2001:db8::1]/", false],
    ["192.0.2.7:8443", "https://192.0.2.7/", false],
    ["192.0.2.7:8443", "https://192.0.2.7:8443/", true],
    ["192.0.2.0/24", "https://192.0.2.255/", true],
    ["192.0.2.0/24", "https://192.0.3.1/", false],
    ["192.0.2.7/32", "https://192.0.2.7/", true],
    ["192.0.2.7/32", "https://192.0.2.8/", false],
    ["192.0.2.0/33", "https://192.0.2.0/", false],
    ["192.0.2.0/", "https://192.0.2.0/", false],
    ["192.0.2.0/+1", "https://192.0.2.0/", false],
    ["192.0.2.0/0", "https://203.0.113.9/", true],
    ["192.0.2.0/0", https, false],
    ["2.7", "https://192.0.2.7/", false],
    ["2001:db8::1", "https://[2001:db8::1]/", true],
    ["2001:0DB8:0:0::1", "https://[2001:db8::1]/", true],
    ["[2001:db8::1]", "https://[2001:db8::1]/", true],
    ["[2001:db8::1]", "https://[2001:db8::2]/", false],
    ["[www.example.com]", https, false],
    ["[]", https, false],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]/", false],
    ["[2001:db8::1]:8443", "https://[2001:db8::2]:8443/", false],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", true],
    ["2001:db8::/32", "https://[2001:db8:1::]/", true],
    ["2001:db8::/32", "https://[2001:db9::]/", false],
    ["2001:db8::/64", "https://[2001:db8::1]/", true],
    ["2001:db8::/64", "https://[2001:db8:0:1::]/", false],
    ["2001:db8::1/128", "https://[2001:db8::1]/", true],
    ["2001:db8::1/129", "https://[2001:db8::1]/", false],
    ["2001:db8::/32", "https://192.0.2.7/", false],
    ["10.0.0.0/8", "https://[::1]/", false],
    ["example.com/24", https, false],
  ])("NO_PROXY=%s and %s: left out is %s", (noProxy, url, leftOut) => {
    expect(rule(url, { https_proxy: "p:1", NO_PROXY: noProxy }).startsWith("NO_PROXY")).toBe(leftOut);
    expect(rule(url, { https_proxy: "p:1", no_proxy: noProxy }).startsWith("NO_PROXY")).toBe(leftOut);
  });
});

describe("a proxy", () => {
  const usual = {
    scheme: "http",
    host: "proxy.example",
    port: 3128,
    authorization: undefined,
    login: undefined,
    url: "http://proxy.example:3128",
    source: "the option proxy",
    mode: "tunnel",
    policy,
  };
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

  test.each<[law: string, option: string, url: string, changes: object]>([
    ["is asked for a tunnel to https", "http://proxy.example:3128", https, {}],
    ["is given what is for http", "http://proxy.example:3128", "http://a.example/", { mode: "forward" }],
    ["without a scheme is one of http", "proxy.example:3128", https, {}],
    ["may have spaces around it", " proxy.example:3128 ", https, {}],
    [
      "of https is reached over TLS, at its usual port",
      "HTTPS://Proxy.example",
      https,
      { scheme: "https", port: 443, url: "https://proxy.example" },
    ],
    [
      "gets its credentials, decoded (RFC 3986 §2.1, RFC 7617 §2)",
      "http://me:p%40ss@proxy.example:3128",
      https,
      { authorization: basic("me:p@ss") },
    ],
    ["may have a user name alone", "http://me@proxy.example:3128", https, { authorization: basic("me:") }],
  ])("%s", (_law, option, url, changes) => {
    expect(choose(url, {}, option)).toEqual({
      proxy: { ...usual, ...changes },
      rule: "the option proxy",
    });
  });

  const socks = { ...usual, scheme: "socks5h", port: 1080, url: "socks5h://proxy.example:1080" };
  const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
  test.each<[law: string, option: string, url: string, changes: object]>([
    ["has its usual port", "socks5h://Proxy.example", https, {}],
    ["is a tunnel for http, too", "socks5h://proxy.example/", "http://a.example/", {}],
    [
      "may have port 80",
      " SOCKS5H://proxy.example:80 ",
      https,
      { port: 80, url: "socks5h://proxy.example:80" },
    ],
    [
      "of socks5 has names looked up here",
      "socks5://[2001:DB8::1]:9050",
      https,
      { scheme: "socks5", host: "2001:db8::1", port: 9050, url: "socks5://[2001:db8::1]:9050" },
    ],
    [
      "gets its user name and password, decoded",
      "socks5h://me:p%40s%3As@proxy.example",
      https,
      { login: { username: octets("me"), password: octets("p@s:s") } },
    ],
    [
      "takes 255 octets of each",
      `socks5h://${"u".repeat(255)}:${"p".repeat(255)}@proxy.example`,
      https,
      { login: { username: octets("u".repeat(255)), password: octets("p".repeat(255)) } },
    ],
    [
      "may have a user name alone",
      "socks5h://me@proxy.example",
      https,
      { login: { username: octets("me"), password: octets("") } },
    ],
  ])("of SOCKS %s", (_law, option, url, changes) => {
    expect(choose(url, {}, option)).toEqual({ proxy: { ...socks, ...changes }, rule: "the option proxy" });
    const { proxy } = choose(url, { ALL_PROXY: option });
    expect(proxy).toEqual({ ...socks, ...changes, source: "ALL_PROXY" });
  });

  test("has the environment's variable for its source", () => {
    expect(choose(https, { https_proxy: "proxy.example:3128" })).toEqual({
      proxy: { ...usual, source: "https_proxy" },
      rule: "https_proxy",
    });
    expect(choose(https, {})).toEqual({ proxy: undefined, rule: "no proxy is set" });
  });

  const badPercent =
    "its user name or its password holds a percent sign that encodes nothing (% is written %25)";
  const tooLong = "its user name or its password is longer than 255 octets (RFC 1929 §2)";
  const socksInstead =
    "is not supported: SOCKS is spoken in version 5 alone, as socks5://host:port (names are looked up here) or socks5h://host:port (by the proxy)";
  const badBasic = "its user name holds a colon, or its credentials a control character (RFC 7617 §2)";

  test.each([
    ["ftp://proxy.example", "the scheme ftp is not supported, only http, https, socks5 and socks5h are"],
    ["socks4://proxy.example:1080", `the scheme socks4 ${socksInstead}`],
    ["socks4a://proxy.example:1080", `the scheme socks4a ${socksInstead}`],
    ["socks://proxy.example:1080", `the scheme socks ${socksInstead}`],
    ["socks5h://proxy.example:99999", "it is not a URL"],
    ["socks5h://", "it is not a URL"],
    ["socks5://:x@proxy.example", "it has a password and no user name (RFC 1929 §2)"],
    [`socks5://${"u".repeat(256)}:x@proxy.example`, tooLong],
    [`socks5://me:${"%C3%A9".repeat(128)}@proxy.example`, tooLong],
    ["socks5://100%:x@proxy.example", badPercent],
    ["http://proxy.example:99999", "it is not a URL"],
    ["", "it is not a URL"],
    ["http://.:3128", "it is not a URL"],
    ["http://100%:x@proxy.example", badPercent],
    ["http://me:100%@proxy.example", badPercent],
    ["http://m%3Ae:x@proxy.example", badBasic],
    ["http://me:x%0Ay@proxy.example", badBasic],
  ])("is refused with its reason: %j", (option, reason) => {
    expect(() => choose(https, {}, option)).toThrow(
      expect.objectContaining({
        code: "proxy-url-invalid",
        detail: { source: "the option proxy", reason },
      }) as Error,
    );
  });
});

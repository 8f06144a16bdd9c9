/** From visits to sites: nothing that was met is lost, and nothing counts twice. */
import { describe, expect, it } from "vitest";
import { mintLeaf, mintRoot } from "../../../../test/pki/today.ts";
import { nameChains, type HostChain, type Variant } from "./host-chains.ts";
import { hostsOf, sitesOf } from "./sites.ts";
import type { Visit } from "./visit.ts";

const { certificate } = mintLeaf("a.example", mintRoot("Root"));
const visit = (url: string, ...met: readonly string[]): Visit => ({ url, met, failure: undefined });
const chain = (variant: Partial<Variant> = {}): HostChain => ({
  chain: [certificate],
  refusal: undefined,
  variant: {
    of: "a.example",
    addresses: ["192.0.2.1"],
    version: "TLSv1.2",
    keyType: "ECDSA",
    own: true,
    ...variant,
  },
});

describe("the hosts of visits", () => {
  it("are each there once, with every URL that led there", () => {
    const hosts = hostsOf([
      visit("https://a.example/x", "https://a.example/x", "https://a.example/y"),
      visit("https://b.example/", "https://b.example/", "https://a.example/z"),
    ]);
    expect([...hosts].map(([place, { urls }]) => [place, urls])).toEqual([
      ["a.example", ["https://a.example/x", "https://b.example/"]],
      ["b.example", ["https://b.example/"]],
    ]);
  });

  it("are told apart by port", () => {
    const hosts = hostsOf([visit("https://[::1]:8443/", "https://[::1]:8443/", "https://[::1]/")]);
    expect([...hosts.keys()]).toEqual(["[::1]:8443", "[::1]"]);
  });

  it("are told apart by what is said before TLS, and not by what is said within", () => {
    const urls = ["postgres://a.example", "tls://a.example:5432", "wss://b.example", "https://b.example/x"];
    const hosts = hostsOf(urls.map((url) => visit(url, url)));
    expect([...hosts].map(([place, { urls: led }]) => [place, led.length])).toEqual([
      ["a.example:5432 (PostgreSQL)", 1],
      ["a.example:5432", 1],
      ["b.example", 2],
    ]);
  });
});

describe("a site", () => {
  it.each([
    ["names an IPv6 address as certificates do", "[::1]:8443", "::1"],
    ["keeps a dot at the host's end, which not every library leaves out", "a.example.:8443", "a.example."],
  ])("%s", (_law, authority, name) => {
    expect(sitesOf({ authority, startTls: undefined }, [], [chain()]).map((site) => site.name)).toEqual([
      name,
    ]);
  });

  it("is not verified where its chain was refused", () => {
    const refused = { ...chain(), refusal: new Error() as never };
    expect(
      sitesOf({ authority: "a.example", startTls: undefined }, [], [refused, chain()]).map(
        ({ verified }) => verified,
      ),
    ).toEqual([false, true]);
  });
});

describe("the names of a host's chains", () => {
  it.each<readonly [law: string, chains: readonly HostChain[], names: readonly string[]]>([
    ["are the host's where there is one", [chain()], ["a.example"]],
    [
      "have the kind of key where that differs",
      [chain(), chain({ keyType: "RSA" })],
      ["a.example (ECDSA)", "a.example (RSA)"],
    ],
    [
      "have the address where that differs",
      [chain(), chain({ addresses: ["192.0.2.7", "2001:db8::7"] })],
      ["a.example at 192.0.2.1", "a.example at 192.0.2.7 and 2001:db8::7"],
    ],
    [
      "have everything that differs",
      [chain(), chain({ addresses: ["192.0.2.7"], keyType: "RSA", version: "TLSv1.3" })],
      ["a.example at 192.0.2.1 (ECDSA, TLS 1.2)", "a.example at 192.0.2.7 (RSA, TLS 1.3)"],
    ],
    ["are numbered where nothing differs", [chain(), chain()], ["a.example", "a.example (chain 2)"]],
  ])("%s", (_law, chains, names) => {
    expect(nameChains(chains)).toEqual(names);
  });
});

/** From visits to sites: nothing that was met is lost, and nothing counts twice. */
import { describe, expect, it } from "vitest";
import { mintLeaf, mintRoot } from "../../../test/pki/today.ts";
import { sitesOf } from "./sites.ts";
import type { Hop, Visit } from "./visit.ts";

const root = mintRoot("Root");
const [one, two] = [mintLeaf("a.example", root).certificate, mintLeaf("a.example", root).certificate];
const hop = (url: string, chain = [one]): Hop => ({ url, chain, verified: true });
const visit = (url: string, ...hops: readonly Hop[]): Visit => ({
  url,
  hops,
  failure: undefined,
  unanswered: undefined,
});

describe("sitesOf", () => {
  it("makes one site of a host that is met twice, with every URL that led there", () => {
    const sites = sitesOf([
      visit("https://a.example/x", hop("https://a.example/x"), hop("https://a.example/y")),
      visit("https://b.example/", hop("https://b.example/"), hop("https://a.example/z")),
    ]);
    expect(sites).toMatchObject([
      { site: "a.example", name: "a.example", urls: ["https://a.example/x", "https://b.example/"] },
      { site: "b.example", urls: ["https://b.example/"] },
    ]);
  });

  it("makes two of a host that shows two chains: the device may meet either", () => {
    const sites = sitesOf([
      visit("https://a.example/", hop("https://a.example/")),
      visit("https://b.example/", hop("https://a.example/", [two])),
    ]);
    expect(sites.map(({ site }) => site)).toEqual(["a.example", "a.example (chain 2)"]);
  });

  it("tells ports apart, and names an IPv6 address as certificates do", () => {
    const sites = sitesOf([visit("https://[::1]:8443/", hop("https://[::1]:8443/"), hop("https://[::1]/"))]);
    expect(sites.map(({ site, name }) => [site, name])).toEqual([
      ["[::1]:8443", "::1"],
      ["[::1]", "::1"],
    ]);
  });

  it("keeps a dot at the host's end, which not every library leaves out", () => {
    const sites = sitesOf([
      visit("https://a.example./", hop("https://a.example./"), hop("https://a.example.:8443/")),
    ]);
    expect(sites.map(({ name }) => name)).toEqual(["a.example.", "a.example."]);
  });
});

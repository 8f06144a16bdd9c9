/** `meerkat tour`: the story is true, and short enough to be followed. */
import { describe, expect, it } from "vitest";
import { meerkat } from "./transcript.ts";

const transcript = meerkat(["tour"]);

describe("the tour", () => {
  it("ends well, and everything is on stdout", async () => {
    expect(await transcript).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("shows the weather site refusing after TLS had succeeded, and then answering", async () => {
    const { stdout } = await transcript;
    const [first = "", second = ""] = stdout.split("\n$ meerkat ").slice(1);
    expect(first).toMatch(
      /^get --cacert \S+ -A '' https:\/\/weather\.lab\.localhost:\d+\/\n {2}trust: weather\.lab\.localhost was verified: Meerkat Lab Root vouches for it/,
    );
    expect(first).toContain("http: 403 Forbidden (the site's own answer; TLS had succeeded)");
    expect(first).toContain("Access Denied");
    expect(second).toMatch(
      /^get --cacert \S+ https:\/\/weather\.lab\.localhost:\d+\/\n {2}trust: weather\.lab\.localhost was verified/,
    );
    expect(second).toContain('"station": "LAB1"');
  });

  it.each([
    ["expired", "expired on"],
    ["not-yet-valid", "is not valid before"],
    ["wrong-host", "it names another.lab.localhost"],
    ["self-signed", "signed by itself"],
    ["untrusted-root", "a root that is not among the trusted ones"],
    ["missing-intermediate", "was not sent by the server"],
    ["not-tls", "does not speak TLS"],
  ])("says why %s is refused", async (site, why) => {
    const { stdout } = await transcript;
    const [, after = ""] = stdout.split(new RegExp(`^ {2}${site} +`, "m"));
    expect((after.split(/^ {2}\S|^$/m)[0] ?? "").replaceAll(/\s+/g, " ")).toContain(why);
  });

  it("ends with what to type next", async () => {
    expect((await transcript).stdout).toMatch(/\n {2}npm run meerkat -- get https:\/\/example\.com\/\n/);
  });

  it("fits on two screens of eighty columns, but for the lines that were typed and printed", async () => {
    const lines = (await transcript).stdout.split("\n");
    expect(lines.length).toBeLessThan(80);
    const own = lines.filter((line) => !/^\$ | {2}trust: |^ {2}You don't/.test(line));
    expect(own.filter((line) => line.length > 80)).toEqual([]);
  });

  it("has colour on a terminal alone", async () => {
    expect((await transcript).stdout).not.toContain("\u001B[");
    expect((await meerkat(["tour"], { terminal: true })).stdout).toContain("\u001B[1m1. A site answers 403");
  });
});

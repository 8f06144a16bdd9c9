/** Configurations: what may stand there, and how a fault is named. */
import { describe, expect, it } from "vitest";
import { WatchError } from "../watch-error.ts";
import { configJsonSchema } from "./json-schema.ts";
import { parseConfig } from "./read-config.ts";

async function faultOf(text: string): Promise<string> {
  try {
    await parseConfig(text, "watch.yaml");
  } catch (error) {
    if (error instanceof WatchError) return error.message;
    throw error;
  }
  throw new Error("It was taken.");
}

describe("a configuration", () => {
  it("is YAML, or JSON", async () => {
    const wanted = { endpoints: ["endpoints.txt"], every: "1h" };
    expect(await parseConfig("endpoints: [endpoints.txt]\nevery: 1h\n", "watch.yaml")).toEqual(wanted);
    expect(await parseConfig(JSON.stringify(wanted), "watch.json")).toEqual(wanted);
  });

  it.each([
    [
      "endpoints: [a]\nevery: soon",
      'watch.yaml has 1 fault: every is a number and one of ms, s, m, h, d, w: "90s", "1h", "180d".',
    ],
    [
      "endpoints: [a]\nevery: 59s",
      'watch.yaml has 1 fault: every is less than a minute: nobody is visited more often ("1m").',
    ],
    [
      "endpoints: [a]\nrules: {lifeLeft: {warning: 5%, critical: 10%}}",
      "watch.yaml has 1 fault: rules.lifeLeft has a warning that comes later than what is critical.",
    ],
    [
      "endpoints: [a]\nrules: {bundleLead: {warning: 1d, critical: 2d}}",
      "watch.yaml has 1 fault: rules.bundleLead has a warning that comes later than what is critical.",
    ],
    ["endpoints: [a]\nevry: 1h", "watch.yaml has 1 fault: evry is not known."],
    ["every: 1h", "watch.yaml has 1 fault: endpoints is missing."],
    ["endpoints: a", "watch.yaml has 1 fault: endpoints is not a list."],
    [
      "endpoints: [a]\nrules: {failuresInARow: 0}",
      "watch.yaml has 1 fault: rules.failuresInARow is less than 1.",
    ],
    [
      "endpoints: [a]\nrules: {lifeLeft: {warning: 120%}}",
      'watch.yaml has 1 fault: rules.lifeLeft.warning is a percentage: "25%".',
    ],
    ["endpoints: [a]\ntoken: {fiel: t}", "watch.yaml has 1 fault: token.file is missing."],
    [
      "endpoints: [a]\nalerts: {webhook: [{url: {env: U}, secrets: []}]}",
      "watch.yaml has 1 fault: alerts.webhook[0].secrets is empty.",
    ],
    [
      "endpoints: [a]\nbehindProxy: X-User\nproxyFrom: [10.0.0.0/8, proxy.example]",
      "watch.yaml has 1 fault: proxyFrom[1] is not an address, and not a range like 10.0.0.0/8.",
    ],
    [
      "endpoints: [a]\nrules: {failuresInARow: 1001}",
      "watch.yaml has 1 fault: rules.failuresInARow is more than 1000.",
    ],
    ["endpoints: [a]\ntoken: 5", "watch.yaml has 1 fault: token is not of a form that is known."],
    [
      "endpoints: [a]\nevery: 1h\nevery: 2h",
      "watch.yaml, line 3 is neither YAML nor JSON: Map keys must be unique.",
    ],
    ["- a", "watch.yaml has 1 fault: The whole is not an object."],
    ["", "watch.yaml has 1 fault: The whole is not an object."],
  ])("%j is refused with its place", async (text, sentence) => {
    expect(await faultOf(text)).toBe(sentence);
  });

  it("says which devices there are where a bundle names another", async () => {
    expect(await faultOf("endpoints: [a]\nbundles: [{file: ca.pem, device: toaster}]")).toMatch(
      /^watch\.yaml has 1 fault: bundles\[0\]\.device is not one of mongoose-os, .*, python\.$/,
    );
  });

  it("names every fault, not the first alone", async () => {
    expect(await faultOf("endpoints: [a]\nevery: x\nplace: a b")).toMatch(
      /^watch\.yaml has 2 faults: (?=.*\bevery )(?=.*\bplace ).+\.$/,
    );
  });

  it("does not repeat a value that stands in a secret's place", async () => {
    expect(await faultOf("endpoints: [a]\ntoken: hunter2")).not.toContain("hunter2");
    expect(
      await faultOf(
        "endpoints: [a]\nalerts: {webhook: [{url: 'https://h/hunter2', secrets: [whsec_hunter2]}]}",
      ),
    ).not.toContain("hunter2");
  });

  it.each(["endpoints: [a", "endpoints: [a]\nendpoints: [b]", "a: &a [*a]", "\u0000", "{".repeat(5_000)])(
    "%j is refused with a sentence",
    async (text) => {
      expect(await faultOf(text)).toMatch(/^watch\.yaml.+\.$/s);
    },
  );

  it("does not grow by aliases", async () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map(
        (name, i) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${"abcdefg"[i] ?? "a"}`)
            .join(",")}]`,
      ),
    ];
    expect(await faultOf(bomb.join("\n"))).toMatch(/^watch\.yaml/);
  });

  it("has a JSON Schema that describes each of its fields", () => {
    const { properties } = configJsonSchema() as { readonly properties: Readonly<Record<string, object>> };
    expect(Object.keys(properties)).toContain("endpoints");
    const plain = Object.entries(properties).filter(
      ([, one]) => !JSON.stringify(one).includes("description"),
    );
    expect(plain.map(([name]) => name)).toEqual([]);
  });
});

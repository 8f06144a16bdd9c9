/** `meerkat check --fleet`: firmwares, their bundles and endpoints, for people, programs and build servers. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pemOf } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { openSites, type SiteRecipe, type Sites } from "./device-sites.ts";
import { findViolations } from "../why/schema.ts";
import { sarifSchema } from "./sarif-schema.ts";
import { meerkat, type Transcript } from "./transcript.ts";

const good = mintRoot("Good Root");
const other = mintRoot("Other Root");
const brief = mintRoot("Brief Root", { notAfterAt: now + 100 * dayMs });
const chainOf = (host: string, root: typeof good): SiteRecipe => {
  const issuer = mint({ name: `${host} Issuer`, ca: true, notAfterAt: now + 99 * dayMs }, root);
  return { chain: [mintLeaf(host, issuer), issuer] };
};

let folder: string;
let sites: Sites;
let runs = 0;
let visits = 0;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-fleet-"));
  const recipes = {
    "good.localhost": chainOf("good.localhost", good),
    "other.localhost": chainOf("other.localhost", other),
    "brief.localhost": chainOf("brief.localhost", brief),
    "leads.localhost": { ...chainOf("leads.localhost", good), leadsTo: "good.localhost" },
  };
  sites = await openSites(recipes, () => {
    visits++;
    return Promise.resolve();
  });
  await writeFile(file("good.pem"), pemOf(good));
  await writeFile(file("other.pem"), pemOf(other));
  await writeFile(file("public.pem"), rootCertificates[0] ?? "");
  await writeFile(file("all.pem"), pemOf(good, other, brief));
  await writeFile(
    file("twice.pem"),
    pemOf(good) + pemOf(good) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  );
});
afterAll(async () => {
  await sites.close();
  await rm(folder, { recursive: true });
});

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

interface FirmwareInput {
  readonly [key: string]: unknown;
}
const firmware = (changes: FirmwareInput = {}): FirmwareInput => ({
  name: "thermostat 1.4",
  device: "python",
  bundle: "good.pem",
  endpoints: [sites.url("good.localhost")],
  ...changes,
});

async function fleet(firmwares: unknown, ...argv: readonly string[]): Promise<Transcript> {
  const manifest = file(`fleet-${runs++}.json`);
  await writeFile(
    manifest,
    typeof firmwares === "string" ? firmwares : JSON.stringify({ schema: 1, firmwares }),
  );
  return meerkat(["check", "--fleet", manifest, "--within", "30", ...argv]);
}

interface FirmwareJson {
  readonly name: string;
  readonly ok: boolean;
  readonly until: string;
  readonly endpoints: readonly {
    readonly verdict: string;
    readonly code: string | null;
    readonly lastsUntil: string | null;
    readonly says: readonly string[];
  }[];
}

interface FleetJson {
  readonly exitCode: number;
  readonly firmwares: readonly FirmwareJson[];
}

async function verdictsOf(
  firmwares: unknown,
  ...argv: readonly string[]
): Promise<readonly (readonly [string, string | null])[]> {
  const { stdout, exitCode } = await fleet(firmwares, ...argv, "--json");
  const report = JSON.parse(stdout) as FleetJson;
  expect(report.exitCode).toBe(exitCode);
  return report.firmwares.flatMap(({ endpoints }) =>
    endpoints.map(({ verdict, code }) => [verdict, code] as const),
  );
}

const hard = `<lamp> & "2" 'x' ]]>\u0007`;
const several = (): FirmwareInput[] => [
  firmware({ count: 1200, endpoints: [sites.url("good.localhost"), sites.url("other.localhost")] }),
  firmware({ name: hard, device: "mongoose-os", bundle: "twice.pem" }),
  firmware({
    name: "door",
    bundle: ["good.pem", "all.pem"],
    until: "2031-01-01",
    endpoints: [sites.url("brief.localhost"), "https://nobody.localhost:1/"],
  }),
];

describe("a verdict for each firmware and endpoint", () => {
  it("endpoints that differ in path and query alone have each a verdict and a name", async () => {
    const endpoints = ["", "a?k=1", "b?k=2"].map((rest) => sites.url("good.localhost") + rest);
    const { stdout, exitCode } = await fleet([firmware({ endpoints })], "--json");
    expect(exitCode).toBe(0);
    const [report] = (JSON.parse(stdout) as { firmwares: { endpoints: object[] }[] }).firmwares;
    const host = sites.url("good.localhost");
    expect(report?.endpoints).toMatchObject(
      [host, `${host}***`, `${host}***#2`].map((endpoint) => ({
        endpoint,
        verdict: "connects",
        says: [expect.stringContaining("connects by Good Root")],
      })),
    );
  });

  it("that is well ends with 0, in a table", async () => {
    const { exitCode, stdout, stderr } = await fleet([firmware()]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(flat(stdout)).toMatch(
      /^1 firmware, 1 endpoint: every firmware connects, through the day that is asked of it\./,
    );
    expect(stdout).toMatch(/^ {2}https:\/\/good\.localhost:\d+\/ {2}connects {11}until \d{4}-\d\d-\d\d$/m);
  });

  it.each<
    readonly [law: string, changes: () => FirmwareInput, verdict: string, code: string | null, exit: number]
  >([
    ["a root that is missing: refused", () => ({ bundle: "other.pem" }), "refused", "not-trusted", 60],
    [
      "an end before its day",
      () => ({ bundle: "all.pem", until: "2099-01-01" }),
      "ends-early",
      "not-after",
      60,
    ],
    [
      "an end that the device does not notice",
      () => ({ device: "mongoose-os", until: "2099-01-01" }),
      "connects",
      null,
      0,
    ],
    [
      "no day: as far as --within",
      () => ({ bundle: "all.pem", endpoints: [sites.url("brief.localhost")] }),
      "connects",
      null,
      0,
    ],
    [
      "nobody there",
      () => ({ endpoints: ["https://nobody.localhost:1/"] }),
      "unreached",
      "connection-refused",
      7,
    ],
    ["several files are one bundle", () => ({ bundle: ["other.pem", "good.pem"] }), "connects", null, 0],
    [
      "a bundle with an error alone",
      () => ({ bundle: "twice.pem", device: "mongoose-os" }),
      "connects",
      null,
      1,
    ],
  ])("%s", async (_law, changes, ...[verdict, code, exit]) => {
    const firmwares = [firmware(changes())];
    expect(await verdictsOf(firmwares)).toEqual([[verdict, code]]);
    expect((await fleet(firmwares)).exitCode).toBe(exit);
  });

  it("--within reaches further where a firmware has no day of its own", async () => {
    const firmwares = [firmware({ bundle: "all.pem", endpoints: [sites.url("brief.localhost")] })];
    expect(await verdictsOf(firmwares, "--within", "101")).toEqual([["ends-early", "not-after"]]);
    expect(await verdictsOf(firmwares, "--within", "98")).toEqual([["connects", null]]);
  });

  it("names the firmwares that are hurt, and how many devices that is", async () => {
    const { stdout, exitCode } = await fleet(several());
    expect(exitCode).toBe(60);
    const said = flat(stdout);
    expect(said).toMatch(
      /^3 firmwares, 4 endpoints: 2 of the firmwares \(1,200 devices\) have 3 endpoints that are not well\./,
    );
    expect(said).toMatch(
      /ends early until [\d-]{10} brief\.localhost:\d+: Python 3\.13 and later connects by Brief Root/,
    );
    expect(said).toContain("It has to last through 2031-01-01.");
    expect(stdout).toContain("not reached");
    expect(stdout).not.toContain("\u0007");
  });

  it("an endpoint is visited once for all firmwares that greet it alike and have the same CAs of their own", async () => {
    visits = 0;
    await fleet([
      firmware(),
      // A root that everybody has makes no difference.
      firmware({ name: "b", bundle: ["good.pem", "public.pem"] }),
      firmware({ name: "c", bundle: ["public.pem", "good.pem"] }),
    ]);
    expect(visits).toBe(1);
    await fleet([firmware(), firmware({ name: "b", device: "mongoose-os" })]);
    expect(visits).toBe(3);
    await fleet([firmware(), firmware({ name: "b", bundle: "all.pem" })]);
    expect(visits).toBe(5);
  });

  it("a firmware's endpoint is met under its own CAs, and not under another one's", async () => {
    // Only a client that trusts it is told where it leads to.
    const endpoints = [sites.url("leads.localhost")];
    const saidOf = async (...bundles: readonly string[]): Promise<readonly (readonly string[])[]> => {
      const firmwares = bundles.map((bundle) => firmware({ name: bundle, bundle, endpoints }));
      const { firmwares: judged } = JSON.parse((await fleet(firmwares, "--json")).stdout) as FleetJson;
      return judged.flatMap((one) => one.endpoints.map(({ says }) => says));
    };
    const [[alone = []], [beside, whole]] = [
      await saidOf("other.pem"),
      await saidOf("other.pem", "good.pem"),
    ];
    expect([alone.length, beside, whole?.length]).toEqual([1, alone, 2]);
  });

  it("a long list of endpoints that are well is cut, and --verbose has all", async () => {
    const endpoints = Array.from({ length: 12 }, (_, i) => `${sites.url("good.localhost")}${i}`);
    const { stdout } = await fleet([firmware({ endpoints })]);
    expect(stdout).toContain("and 4 endpoints more that connect; --verbose lists them");
    expect((await fleet([firmware({ endpoints })], "--verbose")).stdout.match(/ connects /g)).toHaveLength(
      12,
    );
  });
});

describe("for build servers", () => {
  const written = async (flag: string): Promise<string> => {
    const path = file(`report-${runs++}`);
    await fleet(several(), flag, path);
    return readFile(path, "utf8");
  };

  it("JUnit XML has a suite for each firmware, a test for each endpoint, and the counts of both", async () => {
    const xml = await written("--junit");
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="[^"]*" tests="8" failures="3" errors="1">/,
    );
    expect(xml.match(/<testcase /g)).toHaveLength(8);
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml.match(/<error /g)).toHaveLength(1);
    expect(xml).toContain('<failure type="endpoint-refused" message="other.localhost:');
    expect(xml).toContain('<failure type="endpoint-ends-early"');
    expect(xml).toContain('<error type="endpoint-unreached"');
    expect(xml).toContain('<failure type="bundle-unreadable"');
    expect(xml).toContain('<property name="count" value="1200"/>');
  });

  it("JUnit XML is well formed, whatever a firmware is called", async () => {
    const xml = await written("--junit");
    expect(xml).toContain('name="&lt;lamp&gt; &amp; &quot;2&quot; &apos;x&apos; ]]&gt;\uFFFD"');
    const open: string[] = [];
    for (const [, end, name = "", empty] of xml.matchAll(/<(\/?)([a-z-]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)) {
      if (end === "/") expect(open.pop()).toBe(name);
      else if (empty === "") open.push(name);
    }
    expect(open).toEqual([]);
    expect(xml.replaceAll(/<\?xml[^>]*>|<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g, "")).not.toMatch(
      /[<>]|&(?!(?:lt|gt|amp|quot|apos|#10|#13);)/,
    );
  });

  /** The line, from 1, of the `which`th that has this text. */
  const lineOf = (text: string, part: string, which: number): number =>
    text.split("\n").flatMap((line, i) => (line.includes(part) ? [i + 1] : []))[which - 1] ?? 0;

  it("SARIF has stable rules, and each result at its firmware's file", async () => {
    const twice = await readFile(file("twice.pem"), "utf8");
    const log = JSON.parse(await written("--sarif")) as SarifLog;
    expect(findViolations(log, sarifSchema)).toEqual([]);
    const [{ tool, results, invocations }] = log.runs;
    expect([log.version, log.$schema]).toEqual(["2.1.0", expect.stringContaining("sarif-schema-2.1.0.json")]);
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      tool.driver.rules.every(
        ({ help, shortDescription }) => help.text !== "" && shortDescription.text.endsWith("."),
      ),
    ).toBe(true);
    expect(invocations).toEqual([{ executionSuccessful: true, exitCode: 60 }]);
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(ids[ruleIndex]).toBe(ruleId);
      expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^file:\/\/\/.*\.pem$/);
    }
    const told = results.map(({ ruleId, level, locations: [{ physicalLocation }] }) => {
      const name = physicalLocation.artifactLocation.uri.split("/").at(-1) ?? "";
      return [ruleId, level, name, physicalLocation.region?.startLine];
    });
    expect(told).toEqual([
      ["endpoint-refused", "error", "good.pem", undefined],
      ["bundle-duplicate", "note", "twice.pem", lineOf(twice, "BEGIN", 2)],
      ["bundle-unreadable", "error", "twice.pem", lineOf(twice, "BEGIN", 3)],
      ["bundle-duplicate", "note", "good.pem", undefined],
      ["endpoint-ends-early", "warning", "good.pem", undefined],
      ["endpoint-unreached", "warning", "good.pem", undefined],
    ]);
    expect(new Set(results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).toBe(
      6,
    );
  });
});

interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly {
            readonly id: string;
            readonly help: { readonly text: string };
            readonly shortDescription: { readonly text: string };
          }[];
        };
      };
      readonly invocations: unknown;
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly partialFingerprints: object;
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string };
              readonly region?: { readonly startLine: number };
            };
          },
        ];
      }[];
    },
  ];
}

describe("a manifest is read strictly, and the place of what is wrong is named", () => {
  it.each<readonly [what: string, firmwares: () => unknown, says: RegExp, exit: number]>([
    [
      "more files than a bundle has",
      () => [firmware({ bundle: Array.from({ length: 1_025 }, (_, i) => `none-${i}.pem`) })],
      /firmwares\[0\]\.bundle\[1024\] is one file more than 1024/,
      2,
    ],
    [
      "more endpoints than can be visited",
      () =>
        ["a", "b"].map((name) =>
          firmware({ name, endpoints: Array.from({ length: 1_001 }, (_, i) => `tls://${name}${i}:1`) }),
        ),
      /firmwares\[1\]\.endpoints brings the fleet to more than 2000 endpoints/,
      2,
    ],
    [
      "a file that is not JSON, of which nothing is shown",
      () => '{"schema": 1, "key": SECRET}',
      /cannot be used: it is not JSON(?:, from line 1 on)?\.\s/,
      2,
    ],
    ["that is not JSON", () => "{", /The manifest ".*" cannot be used: /, 2],
    ["of another schema", () => '{"schema":2,"firmwares":[]}', /schema is 2, and this version reads 1/, 2],
    [
      "with an unknown key",
      () => '{"schema":1,"firmware":[]}',
      /it has "firmware", which is unknown\. Did you mean "firmwares"\?/,
      2,
    ],
    ["without firmwares", () => [], /firmwares is empty/, 2],
    [
      "an unknown key in a firmware",
      () => [firmware(), firmware({ name: "b", bundel: "x" })],
      /firmwares\[1\] has "bundel", which is unknown\. Did you mean "bundle"\?/,
      2,
    ],
    ["a firmware that is a text", () => ["x"], /firmwares\[0\] is not an object/, 2],
    ["no name", () => [firmware({ name: undefined })], /firmwares\[0\] has no "name"/, 2],
    [
      "two of one name",
      () => [firmware(), firmware()],
      /firmwares\[1\]\.name is another firmware's name, too/,
      2,
    ],
    [
      "an unknown device",
      () => [firmware({ device: "zephir" })],
      /firmwares\[0\]\.device is "zephir", which is not a device\. Did you mean "zephyr"\?/,
      2,
    ],
    ["a bundle that is a number", () => [firmware({ bundle: 7 })], /firmwares\[0\]\.bundle is not text/, 2],
    [
      "a bundle that is not there",
      () => [firmware(), firmware({ name: "b", bundle: "gone.pem" })],
      /firmwares\[1\]\.bundle cannot be used: ".*gone\.pem" cannot be read: there is no such file/,
      26,
    ],
    [
      "one of several that is not there",
      () => [firmware({ bundle: ["good.pem", "gone.pem"] })],
      /firmwares\[0\]\.bundle\[1\] cannot be used/,
      26,
    ],
    ["no endpoint", () => [firmware({ endpoints: [] })], /firmwares\[0\]\.endpoints is empty/, 2],
    [
      "an endpoint without TLS",
      () => [firmware({ endpoints: [sites.url("good.localhost"), "http://x/"] })],
      /firmwares\[0\]\.endpoints\[1\] cannot be used: "http:\/\/x\/"/,
      2,
    ],
    [
      "a day that does not exist",
      () => [firmware({ until: "2027-02-30" })],
      /firmwares\[0\]\.until is not a date such as 2029-01-31/,
      2,
    ],
    ["half a device", () => [firmware({ count: 1.5 })], /firmwares\[0\]\.count is not a whole number/, 2],
    [
      "a thousand and one firmwares",
      () => Array.from({ length: 1001 }, () => 1),
      /firmwares has 1001 firmwares, more than 1000/,
      2,
    ],
    ["of five megabytes", () => "x".repeat(5_000_000), /it has 5000000 bytes, more than 4194304/, 26],
  ])("%s", async (_what, firmwares, says, exit) => {
    const { exitCode, stdout, stderr } = await fleet(firmwares());
    expect(stderr).toMatch(says);
    expect({ exitCode, stdout }).toEqual({ exitCode: exit, stdout: "" });
  });

  it("a folder in its place gets a sentence", async () => {
    const { exitCode, stderr } = await meerkat(["check", "--fleet", folder]);
    expect(stderr).toMatch(/The manifest ".*" cannot be read: it is a folder/);
    expect(exitCode).toBe(26);
  });
});

describe("a command line that says two things", () => {
  it.each<readonly [argv: readonly string[], says: RegExp]>([
    [["--fleet", "x", "bundle.pem"], /it takes no bundle and no URLs/],
    [["--fleet", "x", "--for", "zephyr"], /it takes no --for/],
    [["--junit", "x", "bundle.pem"], /--junit is for --fleet/],
    [["--sarif", "x"], /--sarif is for --fleet/],
    [[], /No bundle is named\.\nhint: .*--fleet/],
  ])("%j is refused with a sentence", async (argv, says) => {
    const { exitCode, stderr } = await meerkat(["check", ...argv]);
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(2);
  });
});

/** What `meerkat ca --json` prints is what docs/ca.schema.json says, whatever came of the choice. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { findViolations, readSchema } from "../why/schema.ts";
import { openSites, type Sites } from "./device-sites.ts";
import { meerkat } from "./transcript.ts";

const twins = [mintRoot("Twin Root"), mintRoot("Twin Root")] as const;
const stranger = mintRoot("Stranger");

let folder: string;
let sites: Sites;
let roots: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-ca-json-"));
  roots = join(folder, "roots.pem");
  await writeFile(roots, pemOf(...twins));
  sites = await openSites({
    "one.localhost": { chain: [mintLeaf("one.localhost", twins[0])] },
    "two.localhost": { chain: [mintLeaf("two.localhost", twins[1])] },
    "bad.localhost": { chain: [mintLeaf("bad.localhost", stranger)] },
  });
});
afterAll(async () => {
  await sites.close();
  await rm(folder, { recursive: true });
});

interface Report {
  readonly exitCode: number;
  readonly anchors: readonly { readonly name: string; readonly nameApart: string }[];
}

async function ca(...args: readonly string[]): Promise<Report> {
  const { stdout } = await meerkat(["ca", ...args, "--json"]);
  return JSON.parse(stdout) as Report;
}

it("roots of one name have names that tell them apart", async () => {
  const urls = ["one.localhost", "two.localhost"].map((host) => sites.url(host));
  const { anchors } = await ca(...urls, "--cacert", roots, "--for", "openssl");
  expect(anchors.map(({ name }) => name)).toEqual(["Twin Root", "Twin Root"]);
  for (const { nameApart } of anchors) expect(nameApart).toMatch(/^Twin Root \(key [0-9a-f]{8}\)$/);
  expect(new Set(anchors.map(({ nameApart }) => nameApart)).size).toBe(2);
});

it.each<readonly [law: string, args: () => readonly string[], exitCode: number]>([
  [
    "a bundle that is written",
    () => [
      sites.url("one.localhost"),
      "--cacert",
      roots,
      "-o",
      join(folder, "ca.pem"),
      "--lock",
      "lock.json",
    ],
    0,
  ],
  ["a site that nobody vouches for", () => [sites.url("bad.localhost"), "--cacert", roots], 60],
  ["a site that is not there", () => ["https://one.localhost:1/", "--cacert", roots], 7],
  [
    "an address that is not there",
    () => {
      const place = `one.localhost:${sites.port}`;
      const resolve = ["--resolve", `${place}:127.0.0.1,127.0.0.2`];
      return [`https://${place}/`, ...resolve, "--cacert", roots, "--for", "esp-idf"];
    },
    0,
  ],
  ["a preset, and none of its roots", () => ["--preset", "aws-iot", "--cacert", roots], 60],
  ["a preset", () => ["--preset", "aws-iot", "--redundancy", "1"], 0],
])("is as documented: %s", async (_law, args, exitCode) => {
  const given = args().map((one) => (one === "lock.json" ? join(folder, one) : one));
  const report = await ca(...given);
  expect(findViolations(report, readSchema("ca"))).toEqual([]);
  expect(report.exitCode).toBe(exitCode);
});

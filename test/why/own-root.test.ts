/**
 * A root out of its dates in the caller's own CA file: the request's error, its `why()`, `get` and `why` agree that it is the
 * caller's to replace, each in its own words; and that it is the server's, as soon as what the server shows is out of its dates.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Client, HttpsError, type Diagnosis } from "../../src/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { openHttp } from "../client/origin.ts";
import { identityOf, pemOf, type Minted, type Shape } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-own-root-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "ca.pem");

const past: Shape = { notAfterAt: now - dayMs };
const ahead: Shape = { notBeforeAt: now + 3 * dayMs };

interface Said {
  readonly code: string;
  readonly fault: string;
  readonly hint: string;
}

/** What each door says of a server whose chain leads to the roots in the file. */
async function askAtEveryDoor(server: Minted, roots: readonly Minted[]): Promise<Doors> {
  writeFileSync(file, pemOf(...roots));
  await using origin = await openHttp((_request, response) => response.end("hello\n"), {
    tls: identityOf(server),
  });
  await using client = new Client({ environment: {}, addRoots: file });
  const error: unknown = await client.request(origin.url).catch((error: unknown) => error);
  if (!(error instanceof HttpsError)) throw new Error("the request did not fail");
  const explanation = await error.why();
  if (explanation.kind !== "asked") throw new Error("nothing was asked");
  const flags = ["--cacert", file, origin.url];
  const get = await meerkat(["get", "--report", "json", ...flags]);
  const why = await meerkat(["why", "--json", ...flags]);
  return {
    error,
    get: (JSON.parse(get.stdout) as { readonly error: Said }).error,
    ofError: findingIn(explanation.diagnosis, error.code),
    ofWhy: findingIn(JSON.parse(why.stdout) as Diagnosis, error.code),
  };
}

interface Doors {
  readonly error: HttpsError;
  readonly get: Said;
  readonly ofError: Diagnosis["findings"][number];
  readonly ofWhy: Diagnosis["findings"][number];
}

function findingIn({ findings }: Diagnosis, code: string): Diagnosis["findings"][number] {
  const finding = findings.find((one) => one.code === code);
  if (finding === undefined) throw new Error(`no finding ${code}`);
  return finding;
}

test.each<[string, Shape, string]>([
  ["expired", past, "expired"],
  ["is not valid yet", ahead, "not-yet-valid"],
])(
  "a root in the caller's file that %s is the caller's to replace",
  { timeout: 120_000 },
  async (_, shape, code) => {
    const own = mintRoot("Own Root", shape);
    const { error, get, ofError, ofWhy } = await askAtEveryDoor(mintLeaf("localhost", own), [own]);
    expect([error.code, get.code]).toEqual([code, code]);
    expect([error.fault, get.fault, ofError.fault, ofWhy.fault]).toEqual(Array(4).fill("caller"));
    const advice = 'eplace the root "Own Root" in your CA file';
    for (const [text, name] of [
      [error.hint, "addRoots"],
      [ofError.remedy.client, "addRoots"],
      [get.hint, "--cacert FILE"],
      [ofWhy.remedy.client, "--cacert FILE"],
    ]) {
      expect(text).toContain(`${advice} (${name})`);
      expect(text).toContain(file);
      expect(text).not.toMatch(/renew/i);
    }
    expect([ofError.remedy.server, ofWhy.remedy.server]).toEqual([undefined, undefined]);
  },
);

test.each<[string, () => readonly [server: Minted, roots: readonly Minted[]]]>([
  [
    "expired beside the caller's root",
    () => {
      const own = mintRoot("Own Root", past);
      return [mintLeaf("localhost", own, past), [own]];
    },
  ],
  [
    "expired and stands in the caller's file itself",
    () => {
      const device = mint({ name: "localhost", names: ["dns:localhost"], ca: false, ...past });
      return [device, [device]];
    },
  ],
])("a server's certificate that %s is the server's to renew", { timeout: 120_000 }, async (_, made) => {
  const { error, get, ofError, ofWhy } = await askAtEveryDoor(...made());
  expect([error.code, error.fault, get.fault, ofError.fault, ofWhy.fault]).toEqual([
    "expired",
    ...Array<string>(4).fill("peer"),
  ]);
  expect(ofWhy.remedy.server).toMatch(/^Renew/);
});

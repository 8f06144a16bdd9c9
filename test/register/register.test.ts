/** Programs without a word of Meerkat's, run with `--import meerkat/register`: each library in them keeps both keys. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mintIdentity, openHttp, rootPem, type Origin } from "../client/origin.ts";
import { mintRoot } from "../pki/today.ts";
import { buildDoors, run, type Built } from "./built.ts";

let origin: Origin;
let foreign: Origin;
let esm: Built;
let cjs: Built;
let roots: string;
beforeAll(async () => {
  origin = await openHttp((_, response) => response.end("hello"));
  foreign = await openHttp((_, response) => response.end("never"), {
    tls: mintIdentity({}, mintRoot("Somebody Else")),
  });
  [esm, cjs] = await Promise.all([buildDoors("esm"), buildDoors("cjs")]);
  roots = esm.write("root.pem", rootPem);
});
afterAll(async () => {
  esm[Symbol.dispose]();
  cjs[Symbol.dispose]();
  await origin.close();
  await foreign.close();
});

async function tell(flags: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<readonly Told[]> {
  const ran = await run(flags, {
    args: [origin.url, foreign.url],
    env: { NODE_EXTRA_CA_CERTS: roots, ...env },
  });
  expect(ran).toMatchObject({ exitCode: 0 });
  const lines = ran.stdout.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Told);
}

const nodesCode = "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";

interface Told {
  readonly name: string;
  readonly came: unknown;
  readonly refused: readonly string[];
}

const forms = [
  ["--import", "asks.mjs", () => esm, 15],
  ["--import", "asks.cjs", () => esm, 9],
  ["--require", "asks.cjs", () => cjs, 9],
] as const;

describe("a program", () => {
  test.each(forms)(
    "%s meerkat/register %s: every library reaches the good server, and none the bad one",
    async (flag, program, built, ways) => {
      const before = foreign.accepted.length;
      const told = await tell([flag, built().register, program]);
      expect(told).toHaveLength(ways);
      // node-fetch passes no cause on.
      const codes = (name: string): string[] =>
        name === "node-fetch" ? [nodesCode] : [nodesCode, "missing-intermediate"];
      expect(told).toEqual(
        told.map(({ name }) => ({
          name,
          came: "hello",
          refused: expect.arrayContaining(codes(name)) as unknown,
        })),
      );
      expect(foreign.accepted.length).toBe(before);
    },
    60_000,
  );

  test("NODE_TLS_REJECT_UNAUTHORIZED=0 lets nobody in", async () => {
    const before = foreign.accepted.length;
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const told = await tell(["--import", esm.register, "asks.mjs"], env);
    expect(told).toHaveLength(15);
    expect(told).toEqual(
      told.map(({ name }) => ({
        name,
        // superagent makes an option of it, which is refused, and says where the client has its own.
        came: name === "superagent" ? "option-invalid" : "hello",
        refused: expect.arrayContaining([name === "superagent" ? "option-invalid" : nodesCode]) as unknown,
      })),
    );
    expect(foreign.accepted.length).toBe(before);
  }, 60_000);

  test("an option that is refused is for the program's client, which the hint says how to make", async () => {
    const { exitCode, stderr } = await run(["--import", esm.register, "uncaught-refused.cjs"], {
      args: [foreign.url],
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("installGlobally(new Client({ addRoots })), which a file of your own calls");
    expect(stderr).not.toContain("MeerkatAgent(");
  }, 60_000);

  test.each([
    ["uncaught-fetch.mjs", "TypeError: fetch failed: "],
    ["uncaught-get.cjs", "Error: "],
  ])(
    "%s: what nobody catches is printed with its sentence and its hint",
    async (program, beginning) => {
      const { exitCode, stderr } = await run(["--import", esm.register, program], {
        args: [foreign.url],
      });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`${beginning}The issuer "Somebody Else" of the certificate`);
      expect(stderr).toMatch(/was not sent/);
      expect(stderr).toMatch(/hint: '[A-Z]/);
    },
    60_000,
  );
});

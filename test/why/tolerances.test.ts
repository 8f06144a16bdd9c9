/** Faults of servers that are let pass by name: `why` reads as `get` does, and names what would let one pass. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client, HttpsError, type Explanation } from "../../src/index.ts";
import type { Diagnosis } from "../../src/diagnosis/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { answering, openOrigin, type Origin } from "../client/origin.ts";

let sloppy: Origin;
beforeAll(async () => {
  sloppy = await openOrigin(
    answering(() => "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    { tls: false },
  );
});
afterAll(() => sloppy.close());

async function why(...flags: readonly string[]): Promise<Diagnosis> {
  const { stdout } = await meerkat(["why", "--json", ...flags, sloppy.url]);
  return JSON.parse(stdout) as Diagnosis;
}

describe("meerkat why", () => {
  test("names the tolerance, by its own flag", async () => {
    const { headline, findings } = await why();
    expect(headline.code).toBe("status-line-malformed");
    expect(findings[0]?.remedy.client).toContain("allow it: --allow bare-lf-head.");
  });

  test("takes it, and finds nothing wrong then", async () => {
    expect(await why("--allow", "bare-lf-head")).toMatchObject({ healthy: true });
  });

  test("does not take a port that speaks no TLS for one that does", async () => {
    const { findings } = await why();
    expect(findings.map(({ code }) => code)).not.toContain("https-expected");
  });

  test("refuses a name that nobody knows, with the nearest", async () => {
    const { exitCode, stderr } = await meerkat(["why", "--allow", "bare-lf-haed", sloppy.url]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean "bare-lf-head"?');
  });
});

test("what a client lets pass is let pass when it asks why", async () => {
  const explain = async (client: Client): Promise<Explanation> => {
    const error: unknown = await client.request(`${sloppy.url}/`).then(
      async (response) => response.why(),
      (error: unknown) => (error instanceof HttpsError ? error.why() : undefined),
    );
    return error as Explanation;
  };
  await using strict = new Client();
  expect((await explain(strict)).diagnosis.healthy).toBe(false);
  await using patient = new Client({ allow: ["bare-lf-head"] });
  expect((await explain(patient)).diagnosis.healthy).toBe(true);
});

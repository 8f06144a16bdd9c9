/** Laws of a diagnosis's own run: whose deadline is named, and that verifying nothing verifies nothing. */
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openLab, type Lab } from "../lab/index.ts";
import { requireUrl } from "../core/index.ts";
import { compilePolicy } from "../admission/index.ts";
import { holdClock } from "../../test/clock.ts";
import { runWhy, type WhyReport } from "./index.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ sites: ["good"] });
});
afterAll(() => lab.close());

/** Asks a server that accepts, reads and never answers. */
async function askSilence(totalMs: number, experiments: boolean): Promise<WhyReport> {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const target = requireUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const policy = compilePolicy({}, {});
    return await runWhy({
      target,
      fields: [["Host", target.authority]],
      policy,
      ownRoots: false,
      environment: {},
      totalMs,
      experiments,
    });
  } finally {
    server.close();
  }
}

describe("the deadline that is named was in force", () => {
  test("for a run that is given less than its parts take", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { evidence } = await askSilence(600, false).finally(() => vi.useRealTimers());
    const { ended } = evidence.attempts[0] ?? {};
    expect(ended?.code).toBe("total-timeout");
    const { limitMs } = (ended?.detail ?? {}) as { readonly limitMs?: number };
    expect(limitMs).toBe(600);
  });
});

test("an experiment waits longer where the whole may take longer", async () => {
  using clock = holdClock();
  const server = createHttp((request, response) => {
    if (request.headers["user-agent"] === undefined) clock.pass(3_900);
    response.end("hello");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const target = requireUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { diagnosis } = await runWhy({
    target,
    fields: [
      ["Host", target.authority],
      ["User-Agent", "test"],
    ],
    policy: compilePolicy({}, {}),
    ownRoots: false,
    environment: {},
    totalMs: 16_000,
  });
  server.close();
  expect(diagnosis.experiments.map(({ outcome }) => outcome)).toEqual(["200, 200"]);
});

test("a pin that does not match is not in the way of the request that verifies nothing", async () => {
  const target = requireUrl(lab.url("good"));
  const pins = { [target.host]: [`sha256/${"A".repeat(43)}=`] };
  const { diagnosis } = await runWhy({
    target,
    fields: [["Host", target.authority]],
    policy: compilePolicy({ roots: lab.caPem, pins }, {}),
    ownRoots: true,
    environment: {},
  });
  expect(diagnosis.headline.code).toBe("pin-mismatch");
  expect(diagnosis.experiments).toContainEqual(
    expect.objectContaining({
      name: "a request for /, verifying nothing",
      outcome: "answered 200 all the same",
    }),
  );
});

/** However many visits are asked for at once, servers meet them politely. Arrival is measured at the servers. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { identityOf, pemOf } from "../../../test/pki/index.ts";
import { mintLeaf, mintRoot } from "../../../test/pki/today.ts";
import { compilePolicy } from "../../admission/index.ts";
import { requireEndpoint } from "../../core/index.ts";
import type { Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { noAddressRules } from "../../net/index.ts";
import { endpointOf } from "../list/index.ts";
import { Turns } from "./turns.ts";
import { Visitor, visitMany } from "./visitor.ts";

interface Arrival {
  readonly address: string;
  readonly at: number;
}

/** Servers at these addresses, all at one port, that end what comes; and when it came. */
async function serveAt(
  addresses: readonly string[],
): Promise<{ port: number; arrivals: Arrival[]; open: () => number }> {
  const arrivals: Arrival[] = [];
  const open = new Map<string, number>();
  let most = 0;
  let port = 0;
  for (const address of addresses) {
    const server = createServer((socket) => {
      arrivals.push({ address, at: performance.now() });
      open.set(address, (open.get(address) ?? 0) + 1);
      most = Math.max(most, ...open.values());
      socket.on("error", () => {});
      socket.once("data", () => socket.destroy());
      socket.once("close", () => open.set(address, (open.get(address) ?? 0) - 1));
    });
    await once(server.listen(port, address), "listening");
    onTestFinished(() => void server.close());
    ({ port } = server.address() as AddressInfo);
  }
  return { port, arrivals, open: () => most };
}

function visitorOf(
  resolve: Readonly<Record<string, string>>,
  signal = new AbortController().signal,
): Visitor {
  const settings = {
    policy: compilePolicy({ roots: pemOf(mintRoot("Root")) }, {}),
    place: "here",
    devices: [],
    proxy: null,
    environment: {},
    totalMs: 20_000,
    contact: undefined,
    addressRules: { ...noAddressRules, resolve },
  };
  return new Visitor(settings, { signal });
}

function mostWithinASecond(arrivals: readonly Arrival[]): number {
  return Math.max(
    ...arrivals.map(({ at }) => arrivals.filter((one) => one.at >= at && one.at < at + 1_000).length),
  );
}

it("an address meets one connection at a time and two a second, its network eight", async () => {
  const addresses = Array.from({ length: 5 }, (_, i) => `127.1.2.${i + 1}`);
  const { port, arrivals, open } = await serveAt(addresses);
  const names = Array.from({ length: 14 }, (_, i) => `name-${i}.example`);
  const at = (i: number): string => addresses[i % addresses.length] ?? "";
  const resolve = Object.fromEntries(names.map((name, i) => [`${name}:${port}`, at(i)]));
  const endpoints = names.map((name) => endpointOf(requireEndpoint(`${name}:${port}`), []));
  const visitor = visitorOf(resolve);
  const visits = await Promise.all(endpoints.map((endpoint) => visitor.visit(endpoint, "1")));
  expect(visits.every(({ answer }) => answer.kind === "failed")).toBe(true);
  // What ends a handshake is looked at once more, in its own turn.
  expect(arrivals.length).toBeGreaterThanOrEqual(names.length);
  for (const address of addresses)
    expect(mostWithinASecond(arrivals.filter((one) => one.address === address))).toBeLessThanOrEqual(2);
  expect(mostWithinASecond(arrivals)).toBeLessThanOrEqual(8);
  expect(open()).toBe(1);
}, 60_000);

it("the handshakes that are made as a device wait their turn, too, and the wait is not a part of the visit's time", async () => {
  const root = mintRoot("Root");
  const arrivals: Arrival[] = [];
  const server = createTlsServer(identityOf(mintLeaf("a.example", root)), (socket) => {
    socket.on("error", () => {});
  });
  server.on("connection", () => arrivals.push({ address: "127.1.3.1", at: performance.now() }));
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.1.3.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const settings = {
    policy: compilePolicy({ roots: pemOf(root) }, {}),
    place: "here",
    devices: ["esp-idf"] as const,
    proxy: null,
    environment: {},
    totalMs: 20_000,
    contact: undefined,
    addressRules: { ...noAddressRules, resolve: { [`a.example:${port}`]: "127.1.3.1" } },
  };
  const visitor = new Visitor(settings, { signal: new AbortController().signal });
  const startedAt = performance.now();
  const visit = await visitor.visit(endpointOf(requireEndpoint(`a.example:${port}`), []), "1");
  const wholeMs = performance.now() - startedAt;
  expect(visit.showings.some(({ variant }) => variant.offer === "esp-idf")).toBe(true);
  expect(arrivals.length).toBeGreaterThan(2);
  expect(mostWithinASecond(arrivals)).toBeLessThanOrEqual(2);
  // The third connection waits until a second after the first, and none of that is counted; the second may take its time.
  expect(wholeMs - visit.tookMs).toBeGreaterThanOrEqual(500);
}, 60_000);

it("no more connections are open at once than is said, and each waits in the order in which it came", async () => {
  const turns = new Turns({ rates: { address: 100, network: 100 }, atOnce: 2 });
  const order: number[] = [];
  let open = 0;
  let most = 0;
  const take = async (i: number): Promise<void> => {
    const { signal } = new AbortController();
    const turn = await turns.take(`192.0.${i % 4}.1`, { host: "a", signal });
    order.push(i);
    most = Math.max(most, ++open);
    await new Promise(setImmediate);
    open--;
    turn.end();
  };
  await Promise.all(Array.from({ length: 16 }, (_, i) => take(i)));
  expect(most).toBe(2);
  for (const line of [0, 1, 2, 3])
    expect(order.filter((i) => i % 4 === line)).toEqual([line, line + 4, line + 8, line + 12]);
});

it("who gives up while waiting takes no turn, and those behind it go on", async () => {
  const turns = new Turns();
  const { signal } = new AbortController();
  const ends = new AbortController();
  const first = await turns.take("192.0.2.1", { host: "a", signal });
  const second = turns.take("192.0.2.1", { host: "a", signal: ends.signal });
  const third = turns.take("192.0.2.1", { host: "a", signal });
  ends.abort();
  await expect(second).rejects.toMatchObject({ code: "aborted" });
  first.end();
  (await third).end();
  await expect(turns.take("192.0.2.1", { host: "a", signal: ends.signal })).rejects.toMatchObject({
    code: "aborted",
  });
});

const many = Array.from({ length: 300 }, (_, i) => endpointOf(requireEndpoint(`n${i}.example:1`), []));

it("each endpoint of many is visited once, in an order of chance", async () => {
  const order: string[] = [];
  const visit = (endpoint: WatchedEndpoint): Promise<Visit> => {
    order.push(endpoint.id);
    return Promise.resolve({ endpoint: endpoint.id } as Visit);
  };
  await visitMany({ visit }, { endpoints: many, run: "1", onVisit: () => {} });
  expect(order.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  expect(order).not.toEqual(many.map(({ id }) => id));
});

it("what ends one visit ends all of them, and is thrown", async () => {
  let begun = 0;
  const visit = async (): Promise<Visit> => {
    await Promise.resolve();
    if (++begun === 5) throw new Error("the disk is full");
    return {} as Visit;
  };
  await expect(visitMany({ visit }, { endpoints: many, run: "1", onVisit: () => {} })).rejects.toThrow(
    "the disk is full",
  );
});

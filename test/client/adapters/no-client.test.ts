/** A client's options where the client itself belongs: refused at once, and nothing of the program is changed. */
import https from "node:https";
import { expect, test } from "vitest";
import {
  createFetch,
  installGlobally,
  MeerkatAgent,
  MeerkatDispatcher,
  MeerkatSocket,
  type Client,
} from "../../../src/index.ts";

const given = { roots: "system" } as unknown as Client;

test.each<[name: string, make: () => unknown]>([
  ["createFetch", () => createFetch(given)],
  ["MeerkatAgent", () => new MeerkatAgent(given)],
  ["MeerkatDispatcher", () => new MeerkatDispatcher(given)],
  ["MeerkatSocket", () => new MeerkatSocket(given, "tls://localhost:1")],
  ["installGlobally", () => installGlobally(given)],
  ["createFetch of nothing", () => createFetch(undefined as unknown as Client)],
])("%s says that it takes a Client", (_name, make) => {
  const [agent, { fetch }] = [https.globalAgent, globalThis];
  expect(make).toThrow(
    expect.objectContaining({
      code: "option-invalid",
      hint: 'Give "client" a Client: new Client({ ... }).',
    }) as Error,
  );
  expect([https.globalAgent, globalThis.fetch]).toEqual([agent, fetch]);
});

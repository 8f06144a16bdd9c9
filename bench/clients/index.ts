/** The clients by the names the table has for them. Each is loaded by the worker that needs it, and no other. */
import type { OpenClient } from "./client.ts";

export type { BenchClient } from "./client.ts";
export { downloadByCurl } from "./curl.ts";

export const clientNames = [
  "meerkat",
  "meerkat.fetch",
  "undici.request",
  "undici.stream",
  "undici.dispatch",
  "undici.fetch",
  "node:https",
  "got",
  "axios",
  "ky",
  "curl",
] as const;

export type ClientName = (typeof clientNames)[number];

/** Clients that run inside a worker. */
export type WorkerClient = Exclude<ClientName, "curl">;

/** The package each client's version is read from; Node's and curl's come from themselves. */
export const packages: Readonly<Partial<Record<ClientName, string>>> = {
  "undici.request": "undici",
  got: "got",
  axios: "axios",
  ky: "ky",
};

export const loadClient: Readonly<Record<WorkerClient, () => Promise<OpenClient>>> = {
  meerkat: async () => (await import("./meerkat.ts")).openMeerkat,
  "meerkat.fetch": async () => (await import("./meerkat-fetch.ts")).openMeerkatFetch,
  "undici.request": async () => (await import("./undici.ts")).openUndiciRequest,
  "undici.stream": async () => (await import("./undici.ts")).openUndiciStream,
  "undici.dispatch": async () => (await import("./undici.ts")).openUndiciDispatch,
  "undici.fetch": async () => (await import("./undici.ts")).openUndiciFetch,
  "node:https": async () => (await import("./node-https.ts")).openNodeHttps,
  got: async () => (await import("./got.ts")).openGot,
  axios: async () => (await import("./axios.ts")).openAxios,
  ky: async () => (await import("./ky.ts")).openKy,
};

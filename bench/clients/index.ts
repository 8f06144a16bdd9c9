/** The clients by the names the table has for them. Each is loaded by the worker that needs it, and no other. */
import type { OpenClient } from "./client.ts";

export type { BenchClient, Protocol } from "./client.ts";
export { curlCommand, downloadBy, getCommand } from "./program.ts";

export const clientNames = [
  "meerkat",
  "meerkat.fetch",
  "meerkat (http/1.1)",
  "undici.request",
  "undici.stream",
  "undici.dispatch",
  "undici.fetch",
  "node:https",
  "node:http2",
  "got",
  "axios",
  "ky",
  "meerkat get",
  "curl",
] as const;

export type ClientName = (typeof clientNames)[number];

/** Not measured where HTTP/1.1 is spoken: who speaks none, and Meerkat itself, there to be compared with HTTP/2. */
export const http2Alone: readonly ClientName[] = ["meerkat (http/1.1)", "node:http2"];

/** Programs of their own, which download and nothing else. */
export type ProgramClient = "meerkat get" | "curl";

/** Clients that run inside a worker. */
export type WorkerClient = Exclude<ClientName, ProgramClient>;

export function isProgram(name: ClientName): name is ProgramClient {
  return name === "meerkat get" || name === "curl";
}

/** The package each client's version is read from; Node's and curl's come from themselves. */
export const packages: Readonly<Partial<Record<ClientName, string>>> = {
  "undici.request": "undici",
  got: "got",
  axios: "axios",
  ky: "ky",
};

export const loadClient: Readonly<Record<WorkerClient, () => Promise<OpenClient>>> = {
  meerkat: async () => (await import("./meerkat.ts")).openMeerkat,
  "meerkat (http/1.1)": async () => (await import("./meerkat.ts")).openMeerkat,
  "meerkat.fetch": async () => (await import("./meerkat-fetch.ts")).openMeerkatFetch,
  "undici.request": async () => (await import("./undici.ts")).openUndiciRequest,
  "undici.stream": async () => (await import("./undici.ts")).openUndiciStream,
  "undici.dispatch": async () => (await import("./undici.ts")).openUndiciDispatch,
  "undici.fetch": async () => (await import("./undici.ts")).openUndiciFetch,
  "node:https": async () => (await import("./node-https.ts")).openNodeHttps,
  "node:http2": async () => (await import("./node-http2.ts")).openNodeHttp2,
  got: async () => (await import("./got.ts")).openGot,
  axios: async () => (await import("./axios.ts")).openAxios,
  ky: async () => (await import("./ky.ts")).openKy,
};

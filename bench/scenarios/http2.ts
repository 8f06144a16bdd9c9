/** HTTP/2: small answers on one connection, and large bodies, near and far. */
import type { ClientName } from "../clients/index.ts";
import { readSmall } from "./requests.ts";
import { allBut, noPrograms, otherProtocol, type Scenario } from "./scenario.ts";
import { receive, send } from "./transfer.ts";

const clients: readonly ClientName[] = ["meerkat", "undici.request", "node:http2"];

const overHttp2 = { connections: 1, protocol: "h2", proxied: false } as const;
const byLibraries = { ...overHttp2, without: { ...allBut(clients, otherProtocol), ...noPrograms } } as const;

export const h2Small1: Scenario = {
  ...byLibraries,
  name: "h2-small-1",
  title: "HTTP/2: small JSON, one stream at a time",
  measure: (subject, effort) => readSmall(subject, effort, { origin: "http2", lanes: 1 }),
};

export const h2Small50: Scenario = {
  ...byLibraries,
  name: "h2-small-50",
  title: "HTTP/2: small JSON, 50 streams of one connection",
  measure: (subject, effort) => readSmall(subject, effort, { origin: "http2", lanes: 50 }),
};

export const h2Download: Scenario = {
  ...overHttp2,
  name: "h2-download",
  title: "HTTP/2: download of 100 MB",
  programs: { download: "http2", writeTo: "nowhere" },
  without: allBut([...clients, "meerkat (http/1.1)", "curl"], otherProtocol),
  measure: (subject, effort) => receive(subject, effort, "http2"),
};

export const h2Download80ms: Scenario = {
  ...overHttp2,
  name: "h2-download-80ms",
  title: "HTTP/2: download of 100 MB, 40 ms away",
  programs: { download: "http2Far", writeTo: "nowhere" },
  without: allBut([...clients, "curl"], otherProtocol),
  measure: (subject, effort) => receive(subject, effort, "http2Far"),
};

export const h2Upload: Scenario = {
  ...byLibraries,
  name: "h2-upload",
  title: "HTTP/2: upload of 256 MiB, from an async iterable",
  measure: (subject, effort) => send(subject, effort, "http2"),
};

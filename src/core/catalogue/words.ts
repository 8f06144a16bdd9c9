/** What a stage and a fault are called in front of a person, for every place that prints the catalogue. */
import type { Fault, Stage } from "./entry.ts";

/** Each stage of a request's life, in order, with what happens in it. */
export const stageWords: Readonly<Record<Stage, string>> = {
  url: "what the caller wrote, refused before any connection",
  dns: "from a name to addresses",
  tcp: "from an address to a connection",
  proxy: "through a proxy",
  tls: "the TLS handshake, and what is set up for it",
  trust: "who vouches for the server, and whom the caller trusts",
  http: "the request's own form, and the response's head",
  body: "the response's content",
  timeout: "a deadline that passed, or a caller who gave up",
};

/** Who can fix it. */
export const faultWords: Readonly<Record<Fault, string>> = {
  caller: "the calling code or its settings",
  local: "this machine",
  network: "the path between",
  proxy: "the proxy",
  peer: "the server",
};

// As an ES module, which binds names when it is loaded.
import https, { get, globalAgent, request } from "node:https";
import axios from "axios";
import { got } from "got";
import ky from "ky";
import nodeFetch from "node-fetch";
import superagent from "superagent";
import * as undici from "undici";
import { stripes, tell, textOf } from "./tell.cjs";

const early = globalThis.fetch;

await tell({
  "https.get": (url) => textOf(https.get(url)),
  get: (url) => textOf(get(url)),
  request: (url) => textOf(request(new URL(url))),
  "its globalAgent": (url) => textOf(get(url, { agent: globalAgent })),
  "agent: false": (url) => textOf(get(url, { agent: false })),
  "as Stripe does": (url) => textOf(request(url, stripes)),
  fetch: async (url) => (await fetch(url)).text(),
  "fetch of a Request": async (url) => (await early(new Request(url, { method: "POST", body: "x" }))).text(),
  axios: async (url) => (await axios.get(url)).data,
  got: (url) => got(url, { retry: { limit: 0 } }).text(),
  ky: (url) => ky(url, { retry: 0 }).text(),
  "node-fetch": async (url) => (await nodeFetch(url)).text(),
  superagent: async (url) => (await superagent.get(url).buffer(true)).text,
  "undici.request": async (url) => (await undici.request(url)).body.text(),
  "undici.fetch": async (url) => (await undici.fetch(url)).text(),
});

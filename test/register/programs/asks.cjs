// As CommonJS.
const https = require("node:https");
const { get, request } = https;
const axios = require("axios");
const superagent = require("superagent");
const undici = require("undici");
const { stripes, tell, textOf } = require("./tell.cjs");

void tell({
  "https.get": (url) => textOf(https.get(url)),
  get: (url) => textOf(get(url)),
  "agent: false": (url) => textOf(get(url, { agent: false })),
  "as Stripe does": (url) => textOf(request(url, stripes)),
  fetch: async (url) => (await fetch(url)).text(),
  axios: async (url) => (await axios.get(url)).data,
  superagent: async (url) => (await superagent.get(url).buffer(true)).text,
  "undici.request": async (url) => (await undici.request(url)).body.text(),
  "undici.fetch": async (url) => (await undici.fetch(url)).text(),
});

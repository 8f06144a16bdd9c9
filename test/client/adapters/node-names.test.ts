/** The names that Node has for what an agent's request ended with: libraries decide by them whether to try again. */
import { get } from "node:https";
import axios from "axios";
import axiosRetry from "axios-retry";
import { got } from "got";
import superagent from "superagent";
import { describe, expect, test } from "vitest";
import { findForeign } from "../../../src/foreign/index.ts";
import { Client, HttpsError, MeerkatAgent, type ClientOptions } from "../../../src/index.ts";
import { mintRoot } from "../../pki/today.ts";
import {
  mintIdentity,
  openOrigin,
  reply,
  answering,
  resetTcp,
  root,
  rootPem,
  type Origin,
} from "../origin.ts";

type Lookup = NonNullable<ClientOptions["lookup"]>;
const failing =
  (code: string): Lookup =>
  (host, _options, done) =>
    done(Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code, syscall: "getaddrinfo" }), []);

interface Case {
  readonly name: string;
  readonly code: string;
  readonly client?: ClientOptions;
  readonly serve?: () => Promise<Origin>;
  readonly facts?: object;
}

const hour = 3_600_000;
const at = Date.now();
const shown =
  (changes: Parameters<typeof mintIdentity>[0], issuer = root) =>
  () =>
    openOrigin(() => {}, { tls: mintIdentity(changes, issuer) });

const cases: readonly Case[] = [
  { name: "ECONNREFUSED", code: "connection-refused", serve: openNothing, facts: { syscall: "connect" } },
  { name: "ENOTFOUND", code: "name-not-found", client: { lookup: failing("ENOTFOUND") } },
  { name: "EAI_AGAIN", code: "dns-failed", client: { lookup: failing("EAI_AGAIN") } },
  { name: "EAI_AGAIN", code: "dns-timeout", client: { lookup: () => {}, timeouts: { dnsMs: 1 } } },
  {
    name: "ETIMEDOUT",
    code: "tls-timeout",
    client: { timeouts: { tlsMs: 1 } },
    serve: () => openOrigin(() => {}, { tls: false }),
  },
  {
    name: "ECONNRESET",
    code: "handshake-reset",
    serve: () => openOrigin((socket) => socket.once("data", () => resetTcp(socket)), { tls: false }),
  },
  {
    name: "ECONNRESET",
    code: "handshake-closed",
    serve: () => openOrigin((socket) => socket.once("data", () => socket.end()), { tls: false }),
  },
  {
    name: "CERT_HAS_EXPIRED",
    code: "expired",
    serve: shown({ notBeforeAt: at - 2 * hour, notAfterAt: at - hour }),
  },
  {
    name: "CERT_NOT_YET_VALID",
    code: "not-yet-valid",
    serve: shown({ notBeforeAt: at + hour, notAfterAt: at + 2 * hour }),
  },
  { name: "ERR_TLS_CERT_ALTNAME_INVALID", code: "wrong-host", serve: shown({ names: ["dns:a.example"] }) },
  {
    name: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    code: "missing-intermediate",
    serve: shown({}, mintRoot("Somebody Else")),
  },
];

describe("an error of an agent's has Node's name, and the catalogue's code as its cause's", () => {
  test.each(cases)(
    "$name for $code",
    async ({ name, code, client = {}, serve = openNothing, facts = {} }) => {
      await using origin = await serve();
      await using own = new Client({ roots: rootPem, ...client });
      const error = await failureOf(new MeerkatAgent(own), origin.url);
      expect(error).toMatchObject({ code: name, cause: { code }, ...facts });
      const { message, cause, hint } = error as Error & { readonly hint: unknown };
      expect(cause).toBeInstanceOf(HttpsError);
      // For libraries that pass the message on, and nothing else.
      expect(message).toBe(`${(cause as HttpsError).message} [${code}]`);
      expect(hint).toBe((cause as HttpsError).hint);
    },
  );

  test("what the engine alone refuses is a certificate that the application rejected", async () => {
    await using origin = await openOrigin(() => {}, { tls: mintIdentity({ names: ["dns:localhost"] }) });
    await using own = new Client({ roots: rootPem, pins: { localhost: [`sha256/${"A".repeat(43)}=`] } });
    const error = await failureOf(new MeerkatAgent(own), origin.url);
    expect(error).toMatchObject({ code: "CERT_REJECTED", cause: { code: "pin-mismatch" } });
  });

  test("what `meerkat explain` says of each name leads back to the code", () => {
    const strays = cases.filter(({ name, code }) => {
      const readings = findForeign(name) as unknown;
      return !JSON.stringify(readings).includes(`"${code}"`);
    });
    expect(strays.map(({ name, code }) => [name, code])).toEqual([["EAI_AGAIN", "dns-timeout"]]);
  });
});

describe("a library that tries again by Node's names does", () => {
  /** A server that is not there at first, as one that starts. */
  async function asked(ask: (url: string, agent: MeerkatAgent, failed: () => void) => Promise<unknown>) {
    await using later = await openOrigin(answering(() => reply("ok")));
    let failures = 0;
    const lookup: Lookup = (host, options, done) =>
      failures++ === 0
        ? failing("EAI_AGAIN")(host, options, done)
        : done(null, [{ address: "127.0.0.1", family: 4 }]);
    await using client = new Client({ roots: rootPem, lookup });
    const agent = new MeerkatAgent(client);
    const came = await ask(`https://any.localhost:${later.port}/`, agent, () => failures).finally(() =>
      agent.destroy(),
    );
    return [failures, came];
  }

  /** A server that nobody vouches for: it does not get better. */
  async function refused(ask: (url: string, agent: MeerkatAgent) => Promise<unknown>): Promise<number> {
    await using origin = await openOrigin(() => {}, { tls: mintIdentity({}, mintRoot("Somebody Else")) });
    let tcp = 0;
    origin.server.on("connection", () => tcp++);
    await using client = new Client({ roots: rootPem });
    const agent = new MeerkatAgent(client);
    await expect(ask(origin.url, agent)).rejects.toMatchObject({ code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" });
    return tcp;
  }

  const withSuperagent = async (url: string, agent: MeerkatAgent): Promise<unknown> =>
    (await superagent.get(url).agent(agent).retry(2)).text;
  const withAxios = async (url: string, httpsAgent: MeerkatAgent): Promise<unknown> => {
    const own = axios.create({ httpsAgent });
    axiosRetry(own, {
      retries: 2,
      retryDelay: () => 0,
      retryCondition: (error) => axiosRetry.isNetworkError(error),
    });
    return (await own.get<string>(url)).data;
  };
  const withGot = (url: string, agent: MeerkatAgent): Promise<unknown> =>
    got(url, {
      agent: { https: agent },
      retry: { limit: 2, calculateDelay: ({ computedValue }) => computedValue && 1 },
    }).text();

  test.each([
    ["superagent", withSuperagent],
    ["axios-retry", withAxios],
    ["got", withGot],
  ] as const)("%s: after a look-up that failed", async (_, ask) => {
    expect(await asked(ask)).toEqual([2, "ok"]);
  });

  test.each([
    ["superagent", withSuperagent],
    ["axios-retry", withAxios],
    ["got", withGot],
  ] as const)("%s: not after a certificate that nobody vouches for", async (_, ask) => {
    expect(await refused(ask)).toBe(1);
  });
});

function failureOf(agent: MeerkatAgent, url: string): Promise<unknown> {
  return new Promise((resolve) =>
    get(url.replace("http:", "https:"), { agent }, resolve).on("error", resolve),
  );
}

/** An origin at whose port nobody listens any more. */
async function openNothing(): Promise<Origin> {
  const origin = await openOrigin(() => {}, { tls: false });
  await origin.close();
  return origin;
}

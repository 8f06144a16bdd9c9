/** Every door of the library, asked the same way: what comes of a server that one may believe, and of one that not. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { formats, auditBundle, chooseAnchors, readBundle } from "../../src/bundle/index.ts";
import {
  Client,
  createFetch,
  HttpsError,
  MeerkatAgent,
  MeerkatDispatcher,
  MeerkatSocket,
  request,
  type Response,
} from "../../src/index.ts";
import { buildExample, devices, verifyAs } from "../../src/device/index.ts";
import { ResponseReader } from "../../src/http1/index.ts";
import { openLab } from "../../src/lab/index.ts";
import * as six from "../../src/mongoose/index.ts";
import * as seven from "../../src/mongoose/seven/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { anchorFromCertificate, verify, type TrustReport } from "../../src/trust/index.ts";
import { parseCertificate, parsePem, type Certificate } from "../../src/x509/index.ts";

export interface Servers {
  /** One whose root is in `rootFile`. */
  readonly good: string;
  /** One that made its certificate itself. */
  readonly foreign: string;
  readonly rootFile: string;
}

/** What came of it, by door and server. */
export type Outcomes = Readonly<Record<string, string>>;

export async function askAllDoors({ good, foreign, rootFile }: Servers): Promise<Outcomes> {
  const rootPem = readFileSync(rootFile, "utf8");
  await using client = new Client({ roots: rootPem });
  const doors: Readonly<Record<string, (url: string) => Promise<string>>> = {
    "request()": async (url) => whatCame(await request(url, { roots: rootPem })),
    "Client's request": async (url) => whatCame(await client.request(url)),
    "Client's request, with options": async (url) =>
      whatCame(await client.request(url, { method: "POST", body: "b", timeouts: { headMs: 9_000 } })),
    "Client's connect": async (url) => {
      const { socket, trust } = await client.connect(url);
      socket.destroy();
      return trust.kind;
    },
    "Client's connect, by host and port": async (url) => {
      const { socket, trust } = await client.connect(new URL(url).host, { alpn: ["http/1.1"] });
      socket.destroy();
      return trust.kind;
    },
    "Client's startTls": async (url) => {
      const { hostname: servername, port } = new URL(url);
      const where = {
        host: "127.0.0.1",
        port: Number(port),
        path: undefined,
        signal: undefined,
        onread: undefined,
      };
      const plain = connect(Object.assign(Object.create(null) as typeof where, where) as never);
      await once(plain, "connect");
      const { socket, trust } = await client.startTls(plain, { servername });
      socket.destroy();
      return trust.kind;
    },
    MeerkatSocket: async (url) => {
      const socket = new MeerkatSocket(client, new URL(url).host).connect();
      await once(socket, "secureConnect");
      socket.destroy();
      return String(socket.trust?.kind);
    },
    createFetch: async (url) => (await createFetch(client)(url)).text(),
    "createFetch, with an init": async (url) => (await createFetch(client)(url, { method: "PUT" })).text(),
    "createFetch, with a Request": async (url) =>
      (await createFetch(client)(new Request(url, bareInit))).text(),
    MeerkatAgent: (url) => throughAgent(new MeerkatAgent(client), url),
    MeerkatDispatcher: (url) => throughDispatcher(new MeerkatDispatcher(client), url),
    "Mongoose 6": (url) => throughSix(url, { ssl_ca_cert: rootFile }),
    "Mongoose 6, raw": (url) => throughRawSix(url, { ssl_ca_cert: rootFile }),
    "Mongoose 6, HTTP.query": (url) => throughQuery(url, { ssl_ca_cert: rootFile }),
    "Mongoose 7": (url) => throughSeven(url, { ca: rootPem }),
  };
  const outcomes: Record<string, string> = {};
  for (const [door, ask] of Object.entries(doors)) {
    for (const [server, url] of [
      ["good", good],
      ["foreign", foreign],
    ] as const) {
      outcomes[`${door}: ${server}`] = await ask(url).catch(codeOf);
    }
  }
  const chains = {
    good: (await client.request(good)).trust,
    foreign: await client.request(foreign).then(
      () => undefined,
      (error: HttpsError) => error.trust as TrustReport,
    ),
  };
  for (const [server, trust] of Object.entries(chains)) {
    for (const [door, found] of Object.entries(judge(trust?.chain ?? [], rootPem)))
      outcomes[`${door}: ${server}`] = found;
  }
  // Node itself reads it from the prototype where a stream stands for a socket, as under the tap, and ends it.
  Reflect.deleteProperty(Object.prototype, "signal");
  outcomes["error.why()"] = await client.request(foreign).then(() => "reached", explain);
  return { ...outcomes, ...askPureDoors(rootPem) };
}

/** So that the test's own Request is not the one that is spoilt. */
const bareInit: RequestInit = Object.assign(Object.create(null), {
  method: "GET",
  headers: {},
  body: null,
  signal: null,
  redirect: "follow",
  integrity: "",
}) as RequestInit;

async function whatCame(response: Response): Promise<string> {
  return `${response.status} ${response.trust.kind} ${response.redirects.length} ${await response.text()}`;
}

function codeOf(error: unknown): string {
  if (error instanceof HttpsError) return error.code;
  const { message, cause } = error as Error;
  return cause === undefined ? message : codeOf(cause);
}

async function explain(error: unknown): Promise<string> {
  if (!(error instanceof HttpsError)) return codeOf(error);
  const { headline, findings } = (await error.why()).toJSON() as {
    readonly headline: { readonly sentence: string };
    readonly findings: readonly { readonly code: string; readonly certainty: string }[];
  };
  return [headline.sentence, ...findings.map(({ code, certainty }) => `${code} ${certainty}`)].join("; ");
}

function throughAgent(agent: MeerkatAgent, url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host, port, servername: host, rejectUnauthorized: true };
    agent.createConnection(options, (error, socket) => {
      if (error !== null) return reject(error);
      socket.destroy();
      resolve("connected");
    });
  });
}

function throughDispatcher(dispatcher: MeerkatDispatcher, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const handler = {
      onResponseStart: (_: unknown, given: number) => void (status = given),
      onResponseEnd: () => resolve(String(status)),
      onResponseError: (_: unknown, error: Error) => reject(error),
    };
    const { origin, pathname: path } = new URL(url);
    dispatcher.dispatch({ origin, path, method: "GET" }, handler);
  });
}

function throughSix(url: string, opts: six.mg_connect_opts): Promise<string> {
  return new Promise((resolve) => {
    let came = "";
    const handler: six.mg_event_handler<null> = (c, ev, data, _user) => {
      if (ev === six.MG_EV_HTTP_REPLY) {
        came = `${data.resp_code} ${String(data.body)}`;
        c.flags |= six.MG_F_CLOSE_IMMEDIATELY;
      }
      if (ev === six.MG_EV_CLOSE) resolve(came === "" ? codeOf(c.error) : came);
    };
    const none = six.mg_connect_http_opt(
      six.mgos_get_mgr(),
      handler,
      null,
      opts,
      url,
      "User-Agent: t\r\n",
      null,
    );
    if (none === null) throw new Error("null was returned");
  });
}

function throughRawSix(url: string, opts: six.mg_connect_opts): Promise<string> {
  return new Promise((resolve) => {
    let came = "";
    const handler: six.mg_event_handler<null> = (c, ev, data, _user) => {
      if (ev === six.MG_EV_CONNECT && data === 0) {
        came = c.trust?.kind ?? "none";
        c.flags |= six.MG_F_CLOSE_IMMEDIATELY;
      }
      if (ev === six.MG_EV_CLOSE) resolve(came === "" ? codeOf(c.error) : came);
    };
    const none = six.mg_connect_opt(six.mgos_get_mgr(), new URL(url).host, handler, null, opts);
    if (none === null) throw new Error("null was returned");
  });
}

function throughQuery(url: string, opts: NonNullable<six.HttpQuery["opts"]>): Promise<string> {
  return new Promise((resolve, reject) => {
    six.HTTP.query({
      url,
      opts,
      success: (body) => resolve(body),
      error: (_, message, __, error) => reject(error ?? new Error(message)),
    });
  });
}

function throughSeven(url: string, opts: seven.mg_tls_opts): Promise<string> {
  return new Promise((resolve) => {
    let came = "";
    const handler: seven.mg_event_handler = (c, ev, data) => {
      if (ev === seven.MG_EV_CONNECT) {
        seven.mg_tls_init(c, opts);
        seven.mg_printf(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      if (ev === seven.MG_EV_HTTP_MSG) {
        came = `${seven.mg_http_status(data)} ${String(data.body)}`;
        c.is_closing = true;
      }
      if (ev === seven.MG_EV_CLOSE) resolve(came === "" ? codeOf(c.error) : came);
    };
    if (seven.mg_http_connect(six.mgos_get_mgr(), url, handler) === null)
      throw new Error("null was returned");
  });
}

/** What the engine, and a device, make of a chain. */
function judge([leaf, ...intermediates]: readonly Certificate[], rootPem: string): Outcomes {
  if (leaf === undefined) return { verify: "no chain" };
  const anchors = [anchorFromCertificate(certificateIn(rootPem), { store: "file" })];
  const at = Date.now();
  const verdict = verify(
    { leaf, intermediates, anchors, names: [{ kind: "dns", value: "localhost" }], at },
    trustPorts,
  );
  const chain = [leaf, ...intermediates];
  const { device } = verifyAs(devices["mongoose-os"], { chain, anchors, name: "localhost", at }, trustPorts);
  return {
    verify: verdict.trusted ? "trusted" : verdict.primary.code,
    verifyAs: device.accepts ? "accepted" : device.refusal.code,
  };
}

function certificateIn(pem: string): Certificate {
  const [block] = parsePem(pem).blocks;
  const parsed = parseCertificate(block?.bytes ?? new Uint8Array());
  if (!parsed.ok) throw new Error("the root cannot be read");
  return parsed.certificate;
}

function askPureDoors(rootPem: string): Outcomes {
  const root = certificateIn(rootPem);
  const { sha256 } = trustPorts;
  const bytes = new TextEncoder().encode(rootPem);
  const bundle = readBundle([{ path: "ca.pem", bytes }]);
  const request = { at: Date.now(), horizonMs: 0, sha256, isPublic: () => false };
  const choice = chooseAnchors({
    sites: [{ site: "a", candidates: [] }],
    costs: [{ anchor: "x", bytes: 1 }],
    untilAt: 0,
  });
  const example = buildExample(devices["mongoose-os"], { url: "https://localhost/", anchors: [root] });
  return {
    "a response with bare LF": read("HTTP/1.1 200 OK\nContent-Length: 1\n\nx"),
    "a good response": read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    auditBundle: auditBundle(bundle, request)
      .map(({ kind }) => kind)
      .join(),
    chooseAnchors: choice.unserved.join(),
    buildExample: createHash("sha256")
      .update(example.map(({ path, content }) => `${path} ${String(content)}`).join())
      .digest("hex"),
    "write a bundle": formats.pem
      .write([root])
      .files.map(({ path }) => path)
      .join(),
  };
}

export async function askLab(): Promise<Outcomes> {
  await using lab = await openLab({ sites: ["good", "expired"] });
  return { openLab: lab.sites.map(({ name }) => name).join() };
}

function read(text: string): string {
  const events: string[] = [];
  const bytes = new TextEncoder().encode(text);
  const reader = new ResponseReader();
  reader.begin({ method: "GET" });
  reader.push(bytes, 0, bytes.length, {
    onInformational: () => events.push("informational"),
    onHead: ({ status }) => events.push(String(status)),
    onBody: (_, start, end) => events.push(`${end - start} bytes`) > 0,
    onTrailers: () => events.push("trailers"),
    onComplete: ({ persistence }) => events.push(persistence.persists ? "stays" : "closes"),
    onFailure: ({ code }) => events.push(code),
  });
  return events.join();
}

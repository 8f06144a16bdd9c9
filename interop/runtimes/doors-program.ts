/**
 * Runs on the runtime that is tested: goes through every door of the client (requests, sockets, adapters, a whole program) to the
 * servers that stand in the file it is given, and prints for each attempt what came of it, in a word or two.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import https, { type RequestOptions as NodeRequestOptions } from "node:https";
import { connect as connectTcp } from "node:net";
import { Readable, type Duplex } from "node:stream";
import { request as undiciRequest, type Dispatcher } from "undici";
import {
  Client,
  createFetch,
  HttpsError,
  installGlobally,
  MeerkatAgent,
  MeerkatDispatcher,
  MeerkatSocket,
  type ClientOptions,
} from "../../src/index.ts";

/** Where the servers are. Each is `https://localhost:PORT` unless its name says more. */
export interface Servers {
  readonly ca: string;
  readonly good: string;
  /** Each has one thing wrong with its certificate. */
  readonly bad: Readonly<Record<"stranger" | "expired" | "otherName", string>>;
  /** Speaks STARTTLS of SMTP with the good certificate, and answers what it is told within TLS. */
  readonly smtp: string;
  /** Proxies that tunnel: in plain, over TLS, and over TLS with a certificate of a stranger's. */
  readonly proxies: Readonly<Record<"plain" | "secure" | "stranger", string>>;
}

const servers = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Servers;
const clientOptions: ClientOptions = { roots: servers.ca, proxy: null, environment: {} };
const client = new Client(clientOptions);
const size = 3 * 1024 * 1024;
const big = Buffer.alloc(size, "meerkats stand upright ");
const sum = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 12);
const wholeIf = (isWhole: boolean, what: unknown): string =>
  isWhole ? "whole" : `not whole: ${String(what)}`;

type Attempt = () => Promise<string>;
const attempts = new Map<string, Attempt>();
const add = (name: string, attempt: Attempt): void => void attempts.set(name, attempt);

/** How each door asks for a URL's body with GET. */
const doors: Readonly<Record<string, (url: string, using?: Client) => Promise<string>>> = {
  request: async (url, using = client) => (await using.request(url)).text(),
  connect: async (url, using = client) => overSocket((await using.connect(url)).socket, url),
  MeerkatSocket: (url, using = client) => overSocket(new MeerkatSocket(using, url), url),
  startTls: async (url, using = client) => {
    const { hostname, port } = new URL(url);
    const tcp = connectTcp(Number(port), hostname);
    await once(tcp, "connect");
    return overSocket((await using.startTls(tcp, { servername: hostname })).socket, url);
  },
  MeerkatAgent: (url, using = client) => {
    const agent = new MeerkatAgent(using);
    return overHttps(url, { agent }).finally(() => agent.destroy());
  },
  createFetch: async (url, using = client) => (await createFetch(using)(url)).text(),
  MeerkatDispatcher: async (url, using = client) => {
    const dispatcher = new MeerkatDispatcher(using) as unknown as Dispatcher;
    return (await undiciRequest(url, { dispatcher })).body.text();
  },
  "installed https": (url, using = client) => installed(using, () => overHttps(url, {})),
  "installed fetch": (url, using = client) => installed(using, async () => (await fetch(url)).text()),
  "installed undici": (url, using = client) =>
    installed(using, async () => (await undiciRequest(url)).body.text()),
};

for (const [door, get] of Object.entries(doors)) {
  add(`${door}: good`, async () =>
    (await get(`${servers.good}/`)) === "hello" ? "hello" : "something else",
  );
  for (const [wrong, url] of Object.entries(servers.bad)) add(`${door}: ${wrong}`, () => get(`${url}/`));
  add(`${door}: a big body`, async () => {
    const text = await get(`${servers.good}/big`);
    return wholeIf(sum(text) === sum(big.toString("latin1")), text.length);
  });
  for (const [name, proxy] of Object.entries(servers.proxies)) {
    if (door === "startTls") continue;
    add(`${door}: through the ${name} proxy`, async () => {
      const through = new Client({ ...clientOptions, proxy });
      return get(`${servers.good}/`, through);
    });
    add(`${door}: through the ${name} proxy to a stranger`, async () => {
      const through = new Client({ ...clientOptions, proxy });
      return get(`${servers.bad.stranger}/`, through);
    });
  }
}

add("connect: STARTTLS", async () => {
  const { socket, trust } = await client.connect(servers.smtp);
  socket.write("EHLO again\r\n");
  const [heard] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return `${trust.kind}: ${heard.toString("latin1").trim()}`;
});
add("startTls: STARTTLS", async () => {
  const { hostname, port } = new URL(servers.smtp);
  const tcp = connectTcp(Number(port), hostname);
  await once(tcp, "connect");
  const { socket, trust } = await client.startTls(tcp, { servername: hostname, protocol: "smtp" });
  socket.write("EHLO again\r\n");
  const [heard] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return `${trust.kind}: ${heard.toString("latin1").trim()}`;
});

/** Bodies of every kind that a request takes; the server gives back what it gets. */
const bodies: Readonly<Record<string, () => unknown>> = {
  text: () => big.toString("latin1"),
  bytes: () => new Uint8Array(big),
  Blob: () => new Blob([big]),
  ReadableStream: () => webStream(),
  "a stream of Node's": () => Readable.from(parts()),
  "an async iterable": () => parts(),
};
for (const [name, body] of Object.entries(bodies)) {
  add(`request: uploads ${name}`, async () => {
    const response = await client.request(`${servers.good}/echo`, { method: "POST", body: body() as string });
    return wholeIf(sum(await response.bytes()) === sum(big), response.status);
  });
  add(`createFetch: uploads ${name}`, async () => {
    const init = { method: "POST", body: body(), duplex: "half" } as RequestInit;
    const response = await createFetch(client)(`${servers.good}/echo`, init);
    return wholeIf(sum(new Uint8Array(await response.arrayBuffer())) === sum(big), response.status);
  });
}
add("request: uploads a form", async () => {
  const form = new FormData();
  form.set("a", "1");
  form.set("b", new Blob([big]), "b.bin");
  const response = await client.request(`${servers.good}/echo`, { method: "POST", body: form });
  const bytes = Buffer.from(await response.bytes());
  return wholeIf(bytes.includes(big), bytes.length);
});
add("createFetch: uploads a form", async () => {
  const form = new FormData();
  form.set("b", new Blob([big]), "b.bin");
  const response = await createFetch(client)(`${servers.good}/echo`, { method: "POST", body: form });
  const bytes = Buffer.from(await response.arrayBuffer());
  return wholeIf(bytes.includes(big), bytes.length);
});
add("createFetch: takes a Request", async () => {
  const asked = new Request(`${servers.good}/echo`, {
    method: "POST",
    body: "asked",
    headers: { "x-a": "b" },
  });
  return (await createFetch(client)(asked)).text();
});
add("installed fetch: takes a Request", () =>
  installed(client, async () => {
    const asked = new Request(`${servers.good}/echo`, { method: "POST", body: "asked" });
    return (await fetch(asked)).text();
  }),
);
add("createFetch: a Response that can be cloned and streamed", async () => {
  const response = await createFetch(client)(`${servers.good}/big`);
  const [one, other] = [response.clone(), response];
  const read = async (of: Response): Promise<string> => {
    const hash = createHash("sha256");
    for await (const chunk of of.body as unknown as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest("hex").slice(0, 12);
  };
  const [first, second] = await Promise.all([read(one), read(other)]);
  return wholeIf(first === sum(big) && second === first && response instanceof Response, first);
});
add("MeerkatAgent: uploads a stream", async () => {
  const agent = new MeerkatAgent(client);
  const echoed = await overHttps(`${servers.good}/echo`, { agent, method: "POST" }, Readable.from(parts()));
  agent.destroy();
  return wholeIf(sum(Buffer.from(echoed, "latin1")) === sum(big), echoed.length);
});
add("MeerkatAgent: keeps its socket", async () => {
  const agent = new MeerkatAgent(client);
  const sockets = new Set<unknown>();
  for (let i = 0; i < 3; i++)
    await overHttps(`${servers.good}/`, { agent }, undefined, (s) => sockets.add(s));
  agent.destroy();
  return `${sockets.size} socket`;
});
add("MeerkatAgent: refuses rejectUnauthorized: false", () =>
  overHttps(`${servers.good}/`, { agent: new MeerkatAgent(client), rejectUnauthorized: false }),
);
add("installed https: refuses rejectUnauthorized: false", () =>
  installed(client, () => overHttps(`${servers.bad.stranger}/`, { rejectUnauthorized: false })),
);
add("installed https: agent: false", () =>
  installed(client, () => overHttps(`${servers.bad.stranger}/`, { agent: false })),
);
add("MeerkatDispatcher: uploads a stream", async () => {
  const dispatcher = new MeerkatDispatcher(client) as unknown as Dispatcher;
  const body = Readable.from(parts());
  const answer = await undiciRequest(`${servers.good}/echo`, { dispatcher, method: "POST", body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return wholeIf(sum(bytes) === sum(big), bytes.length);
});

for (const coding of ["gzip", "br", "deflate"]) {
  add(`request: undoes ${coding}`, async () => {
    const response = await client.request(`${servers.good}/${coding}`);
    return wholeIf(sum(await response.bytes()) === sum(big), response.status);
  });
  add(`createFetch: undoes ${coding}`, async () => {
    const response = await createFetch(client)(`${servers.good}/${coding}`);
    return wholeIf(sum(new Uint8Array(await response.arrayBuffer())) === sum(big), response.status);
  });
}
add("request: a damaged gzip", async () => (await client.request(`${servers.good}/bad-gzip`)).text());
add("createFetch: a damaged gzip", async () =>
  (await createFetch(client)(`${servers.good}/bad-gzip`)).text(),
);

add("request: a stream that is read", async () => {
  const hash = createHash("sha256");
  for await (const chunk of (await client.request(`${servers.good}/big`)).stream()) hash.update(chunk);
  return wholeIf(hash.digest("hex").slice(0, 12) === sum(big), "other bytes");
});
add("request: aborted before the head", async () => {
  const stop = new AbortController();
  const asked = client.request(`${servers.good}/never`, { signal: stop.signal });
  setTimeout(() => stop.abort(), 100);
  return String((await asked).status);
});
add("createFetch: aborted before the head", async () => {
  const asked = createFetch(client)(`${servers.good}/never`, { signal: AbortSignal.timeout(100) });
  return String((await asked).status);
});
add("createFetch: aborted within the body", async () => {
  const stop = new AbortController();
  const response = await createFetch(client)(`${servers.good}/half`, { signal: stop.signal });
  stop.abort();
  return response.text();
});
add("MeerkatAgent: aborted before the head", () =>
  overHttps(`${servers.good}/never`, { agent: new MeerkatAgent(client), signal: AbortSignal.timeout(100) }),
);
add("MeerkatDispatcher: aborted before the head", async () => {
  const dispatcher = new MeerkatDispatcher(client) as unknown as Dispatcher;
  const signal = AbortSignal.timeout(100);
  return String((await undiciRequest(`${servers.good}/never`, { dispatcher, signal })).statusCode);
});
add("MeerkatDispatcher: a head that is late", async () => {
  const dispatcher = new MeerkatDispatcher(client) as unknown as Dispatcher;
  return String(
    (await undiciRequest(`${servers.good}/never`, { dispatcher, headersTimeout: 200 })).statusCode,
  );
});
add("request: a body that stops", async () =>
  (await client.request(`${servers.good}/half`, { timeouts: { bodyIdleMs: 200 } })).text(),
);
add("connect: aborted", async () => {
  const signal = AbortSignal.abort();
  await client.connect(servers.good, { signal });
  return "connected";
});
add("request: cookies", async () => {
  const { CookieJar } = await import("tough-cookie");
  const jar = new Client({ ...clientOptions, cookies: new CookieJar() });
  await (await jar.request(`${servers.good}/set-cookie`)).text();
  return (await jar.request(`${servers.good}/cookie`)).text();
});
add("request: ends with its stream's error", async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(10)),
    pull: (controller) => controller.error(new Error("my own")),
  });
  return (await client.request(`${servers.good}/echo`, { method: "POST", body })).text();
});
add("Client: disposed of", async () => {
  await using own = new Client(clientOptions);
  return (await own.request(`${servers.good}/`)).text();
});

const told: Record<string, string> = {};
const only = process.argv[3];
for (const [name, attempt] of attempts) {
  if (only !== undefined && !name.includes(only)) continue;
  told[name] = await outcomeOf(attempt);
}
process.stdout.write(JSON.stringify(told), () => process.exit(0));

/** Each attempt has an end of its own within its client; one that has not is told as that. */
async function outcomeOf(attempt: Attempt): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<string>((resolve) => (timer = setTimeout(resolve, 20_000, "HUNG")));
  try {
    return await Promise.race([attempt(), hung]);
  } catch (error) {
    return codeOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The code of the HttpsError that the error is, or that it came of; else what it is, which fails the test. */
function codeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof HttpsError) return one.code;
  if (error instanceof Error && ["AbortError", "TimeoutError"].includes(error.name)) return error.name;
  return `bare ${String(error)} ${(error as Error).stack}`;
}

function overSocket(socket: Duplex, url: string): Promise<string> {
  const { pathname, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => resolve(bodyOf(Buffer.concat(chunks).toString("latin1"))));
    socket.write(`GET ${pathname} HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
  });
}

function bodyOf(text: string): string {
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

function overHttps(
  url: string,
  options: NodeRequestOptions,
  body?: Readable,
  onSocket?: (socket: unknown) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = https.request(url, options, (answer) => {
      onSocket?.(answer.socket);
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")));
    });
    asked.on("error", reject);
    if (body === undefined) asked.end();
    else body.pipe(asked);
  });
}

async function installed(using: Client, act: () => Promise<string>): Promise<string> {
  const { uninstall } = installGlobally(using);
  try {
    return await act();
  } finally {
    uninstall();
  }
}

async function* parts(): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += 100_000) yield big.subarray(at, at + 100_000);
}

function webStream(): ReadableStream<Uint8Array> {
  const all = parts();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await all.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
}

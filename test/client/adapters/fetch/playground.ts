/** Two origins that answer as each test says, and a fetch that goes to them: for the rules of the Fetch standard. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Client, createFetch, type ClientOptions } from "../../../../src/index.ts";
import { openHttp, rootPem, type Origin } from "../../origin.ts";

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names in the letters they came in. */
  readonly names: readonly string[];
  readonly body: string;
}

type Answer = (response: ServerResponse, seen: Seen, request: IncomingMessage) => void;

export interface Playground extends AsyncDisposable {
  readonly fetch: typeof globalThis.fetch;
  readonly client: Client;
  readonly home: Origin;
  /** The same server under another origin. */
  readonly away: Origin;
  /** A URL at home that is answered so; `away` for the other origin. */
  serve(answer: Answer, where?: "home" | "away"): string;
  /** A URL at home that redirects. */
  redirect(status: number, location: string | undefined, where?: "home" | "away"): string;
  /** What came to the URL, whose answer is empty. */
  ask(init?: object, path?: string): Promise<Seen>;
  /** Every request that came, in order. */
  readonly seen: readonly Seen[];
  /** A URL at home that answers with what it was asked. */
  readonly echo: string;
}

export async function openPlayground(options: ClientOptions = {}): Promise<Playground> {
  const answers = new Map<string, Answer>();
  const seen: Seen[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, rawHeaders } = request;
      const names = rawHeaders.filter((_, at) => at % 2 === 0);
      const body = Buffer.concat(chunks).toString("latin1");
      const one: Seen = { method, url, headers: headers as Seen["headers"], names, body };
      seen.push(one);
      const answer = answers.get(url.split("?", 1)[0] ?? "");
      if (answer !== undefined) return answer(response, one, request);
      response.setHeader("content-type", "application/json").end(JSON.stringify(one));
    });
  };
  const [home, away] = [await openHttp(listener), await openHttp(listener)];
  const client = new Client({ roots: rootPem, ...options });
  const fetch = createFetch(client);
  const urlOf = (path: string, where: "home" | "away"): string =>
    `${(where === "home" ? home : away).url}${path}`;
  const serve = (answer: Answer, where: "home" | "away" = "home"): string => {
    const path = `/served/${answers.size}`;
    answers.set(path, answer);
    return urlOf(path, where);
  };
  return {
    fetch,
    client,
    home,
    away,
    seen,
    serve,
    echo: urlOf("/echo", "home"),
    redirect: (status, location, where) =>
      serve((response) => {
        response.writeHead(status, location === undefined ? {} : { location }).end("redirect");
      }, where),
    ask: async (init, path = "/echo") => (await (await fetch(urlOf(path, "home"), init)).json()) as Seen,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await Promise.all([home.close(), away.close()]);
    },
  };
}

/** What it was rejected with. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}

/** A page over a made-up fleet, and requests as a browser, a program or somebody hostile would write them. */
import { request, type IncomingHttpHeaders } from "node:http";
import {
  openPage,
  openSqliteStore,
  type Page,
  type PageOptions,
  type Store,
} from "../../../src/watch/index.ts";
import { fillStore, lookedAt, type MadeUpFleet } from "../made-up-fleet.ts";

export interface Fleet extends MadeUpFleet {
  readonly store: Store;
}

export async function openFleet(more = 0): Promise<Fleet> {
  const store = await openSqliteStore({ path: ":memory:", now: () => lookedAt });
  const fleet = await fillStore(store, { more, weeks: 20 });
  return { ...fleet, store };
}

export function openPageOver(store: Store, options: Partial<PageOptions> = {}): Promise<Page> {
  return openPage({
    store,
    listen: "127.0.0.1:0",
    access: { kind: "loopback" },
    now: () => lookedAt,
    log: () => {},
    ...options,
  });
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own, with just these fields, `from` an address of this machine. */
export function ask(
  { url }: Pick<Page, "url">,
  path: string,
  {
    method = "GET",
    headers = {},
    body = "",
    from,
  }: { method?: string; headers?: Record<string, string>; body?: string; from?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = request(
      { host: hostname, port, path, method, headers, agent: false, localAddress: from },
      (response) => {
        response.setEncoding("utf8");
        let text = "";
        response.on("data", (piece: string) => (text += piece));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Its JSON, of which nothing is known. */
export async function askJson(page: Page, path: string): Promise<Record<string, unknown>> {
  const { body } = await ask(page, path, { headers: { accept: "application/json" } });
  return JSON.parse(body) as Record<string, unknown>;
}

/** What a configuration says of many machines: the queue of their work, and the places that they are in. */
import { Client } from "../../client/index.ts";
import { hasOwn } from "../../core/index.ts";
import type { Config } from "../config/schema.ts";
import { databaseAddress, type DatabaseAddress, isDatabaseUrl } from "../database/address.ts";
import type { Log } from "../log-line.ts";
import { askQueue } from "../queue/ask-queue.ts";
import { checkPackages } from "../queue/load-package.ts";
import { openWork, type Work } from "../queue/work.ts";
import type { Secret } from "../tell/index.ts";
import { WatchError } from "../watch-error.ts";
import type { RunPorts } from "./ports.ts";
import { secretsOf } from "./secrets.ts";

export interface Many {
  readonly places: readonly string[];
  readonly kind: DatabaseAddress["kind"];
  /** The URL of the queue. */
  readonly url: Secret;
}

/** Whether the queue could be opened, as far as this machine can tell. @throws WatchError */
export async function checkMany({ kind, url }: Many): Promise<void> {
  await checkPackages(kind);
  await url();
}

/** What a queue that is asked now says of itself, as far as that is worth a sentence. @throws WatchError where it cannot be used */
export async function askMany(
  config: Parameters<typeof manyOf>[0],
  ports: Pick<RunPorts, "pathOf" | "readSecret" | "environment" | "trust">,
): Promise<readonly string[]> {
  const many = manyOf(config, ports);
  if (many === undefined) return [];
  const client = new Client({ ...ports.trust, environment: ports.environment });
  try {
    return await askQueue(client, databaseAddress(await many.url()));
  } finally {
    await client.close();
  }
}

/** `undefined` for one machine, which needs neither. @throws WatchError where a part of it is missing */
export function manyOf(
  config: Pick<Config, "queue" | "places" | "place" | "store">,
  ports: Pick<RunPorts, "pathOf" | "readSecret" | "environment">,
): Many | undefined {
  const { queue, places, place, store } = config;
  if (queue === undefined) {
    if (places === undefined) return undefined;
    throw new WatchError("The configuration has places and no queue.", {
      hint: "Workers in several places take their work from a queue; for one machine there is `place`.",
    });
  }
  if (places === undefined)
    throw new WatchError("The configuration has a queue and no places.", {
      hint: "places: [berlin-dmz] names the networks in which workers run.",
    });
  if (place !== undefined)
    throw new WatchError("With a queue, visits are made from `places`, and `place` is for one machine.", {
      hint: "Leave out `place`.",
    });
  if (store === undefined || (typeof store === "string" && !isDatabaseUrl(store)))
    throw new WatchError("Workers on several machines need a store that all of them reach: PostgreSQL.", {
      hint: "store: { env: MEERKAT_STORE } names the variable that holds its URL, postgres://user:password@host/database.",
    });
  const secretOf = secretsOf(ports);
  const [kind, url] = hasOwn(queue, "redis")
    ? (["redis", secretOf(queue.redis)] as const)
    : (["postgres", secretOf(queue.postgres)] as const);
  return { places, kind, url: checked(kind, url) };
}

/** @throws WatchError */
export async function openPlace(
  { url }: Many,
  place: string,
  { client, log, signal }: { readonly client: Client; readonly log: Log; readonly signal: AbortSignal },
): Promise<Work> {
  return openWork({ url, client, place, log, signal });
}

/** The configuration says which of the two it is, and the URL says it again. */
function checked(kind: "redis" | "postgres", url: Secret): Secret {
  return async () => {
    const text = await url();
    if (databaseAddress(text).kind === kind) return text;
    throw new WatchError(`The queue's URL is not one of ${kind === "redis" ? "Redis" : "PostgreSQL"}.`, {
      hint: `Under \`queue\`, \`redis\` and \`postgres\` say which of them its URL is of.`,
    });
  };
}

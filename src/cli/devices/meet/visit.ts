/**
 * Visits web sites for the hosts that a client meets on its way: one GET each, redirects followed, the body given up. Any
 * other endpoint leads nowhere but to itself, and nothing is asked there.
 *
 * Every host on the way counts, because a download often ends on another host than it began. Which certificates each of
 * them shows to the device is looked at afterwards, host by host.
 */
import { Client, type ClientOptions, type RequestOptions } from "../../../client/index.ts";
import { HttpsError, requireEndpoint } from "../../../core/index.ts";
import { visitIdleMs, visitsAtOnce } from "../../limits.ts";
import { workThrough, type Progress } from "./work-through.ts";

/** What came of one URL. */
export interface Visit {
  readonly url: string;
  /** The URLs whose hosts were met within TLS, in their order. */
  readonly met: readonly string[];
  /** What ended it before an answer came, and at which of the URLs on the way. */
  readonly failure: { readonly error: HttpsError; readonly at: string } | undefined;
}

export interface VisitSettings {
  readonly client: ClientOptions;
  /** Whether redirects are followed. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Told as each URL begins and ends. */
  readonly onProgress: (progress: Progress) => void;
}

/** Visits every URL, a few at a time; the visits in the order of the URLs. Throws only when it is interrupted. */
export async function visitAll(
  urls: readonly string[],
  { client: options, follow, signal, onProgress }: VisitSettings,
): Promise<readonly Visit[]> {
  await using client = new Client({ ...options, idleMs: visitIdleMs.value });
  return await workThrough(urls, { atOnce: visitsAtOnce.value, signal, onProgress }, async (url, own) =>
    requireEndpoint(url).scheme === "https"
      ? visit(client, url, { signal: own, ...(follow ? {} : { redirects: 0 }) })
      : { url, met: [url], failure: undefined },
  );
}

async function visit(client: Client, url: string, options: RequestOptions): Promise<Visit> {
  const passed: string[] = [];
  let asked = url;
  try {
    const response = await client.request(url, {
      ...options,
      onEvent: (event) => {
        if (event.kind !== "redirect") return;
        passed.push(event.from);
        asked = event.to;
      },
    });
    response.cancel();
    const met = [...response.redirects, response].map((one) => one.url);
    return { url, met, failure: undefined };
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const met = wasThere.has(error.stage) ? [...passed, asked] : passed;
    return { url, met, failure: { error, at: asked } };
  }
}

/** Stages at which the host had been reached, whatever then went wrong: its certificates can be looked at. */
const wasThere: ReadonlySet<HttpsError["stage"]> = new Set(["tls", "trust", "http", "body"]);

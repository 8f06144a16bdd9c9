/**
 * Visits sites for their certificates: one GET each, redirects followed, the body given up.
 *
 * Every host on the way counts, because a download often ends on another host than it began. What a visit gives is
 * the chains as they were sent, and the failure that ended it, if one did. A server that speaks something else within
 * TLS, or asks for a certificate that is not given, has shown its own all the same.
 */
import { Client, type ClientOptions, type RequestOptions } from "../../client/index.ts";
import { HttpsError, requireUrl } from "../../core/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { visitsAtOnce } from "../limits.ts";
import { findBrokenOff } from "./broken-off.ts";

/** One host on the way. */
export interface Hop {
  readonly url: string;
  /** As sent, the server's own first; never empty. */
  readonly chain: readonly Certificate[];
  /** Whether both keys accepted it; of a handshake that was broken off, the engine alone. */
  readonly verified: boolean;
}

/** What came of one URL. */
export interface Visit {
  readonly url: string;
  readonly hops: readonly Hop[];
  /** What ended it before an answer came. */
  readonly failure: HttpsError | undefined;
  /** Why no answer came, where TLS is up with the host and it was only HTTP that was not spoken. */
  readonly unanswered: HttpsError | undefined;
}

export interface VisitSettings {
  readonly client: ClientOptions;
  /** Whether redirects are followed. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Told as each URL begins and ends. */
  readonly onProgress: (progress: VisitProgress) => void;
}

export interface VisitProgress {
  readonly done: number;
  readonly total: number;
  /** The URL that was begun last. */
  readonly url: string;
}

interface Visitor {
  readonly client: Client;
  /** The chain of a server that broke the handshake off. */
  readonly look: (url: string) => Promise<readonly Certificate[]>;
}

/** Visits every URL, a few at a time; the visits in the order of the URLs. Throws only when it is interrupted. */
export async function visitAll(
  urls: readonly string[],
  { client: options, follow, signal, onProgress }: VisitSettings,
): Promise<readonly Visit[]> {
  await using client = new Client(options);
  const visitor: Visitor = { client, look: (url) => findBrokenOff(url, options, AbortSignal.any([signal])) };
  const visits: Visit[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const url = urls[index];
      if (url === undefined) return;
      onProgress({ done, total: urls.length, url });
      // A signal of its own: many listeners on one make Node warn of a leak.
      const own = AbortSignal.any([signal]);
      visits[index] = await visit(visitor, url, { signal: own, ...(follow ? {} : { redirects: 0 }) });
      done++;
      onProgress({ done, total: urls.length, url });
    }
  };
  await Promise.all(Array.from({ length: Math.min(visitsAtOnce.value, urls.length) }, work));
  signal.throwIfAborted();
  return visits;
}

async function visit({ client, look }: Visitor, url: string, options: RequestOptions): Promise<Visit> {
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
    const reports = [...response.redirects, { url: response.url, trust: response.trust }];
    const hops = reports.map(({ url, trust }) => ({ url, chain: trust.chain, verified: true }));
    return { url, hops, failure: undefined, unanswered: undefined };
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const isSilent = silences.has(error.code);
    if (isSilent || hadAnswered(error)) passed.push(asked);
    const hops = [...(await revisit(client, passed, options)), ...refusedHop(asked, error)];
    const { origin } = requireUrl(asked);
    if (isSilent && hops.some((hop) => requireUrl(hop.url).origin === origin))
      return { url, hops, failure: undefined, unanswered: error };
    const chain = brokenOff.has(error.code) ? await look(asked) : [];
    return chain.length === 0
      ? { url, hops, failure: error, unanswered: undefined }
      : {
          url,
          hops: [...hops, { url: asked, chain, verified: true }],
          failure: undefined,
          unanswered: error,
        };
  }
}

/** What a broker, a mail server or a server that wants a client's certificate ends a GET with. */
const silences: ReadonlySet<HttpsError["code"]> = new Set([
  "empty-response",
  "not-http",
  "head-truncated",
  "client-certificate-required",
  "tls-alert",
]);

/** How a server ends a handshake for want of a certificate. */
const brokenOff: ReadonlySet<HttpsError["code"]> = new Set([
  "tls-alert",
  "client-certificate-required",
  "handshake-closed",
  "handshake-reset",
]);

/** Whether TLS had succeeded with the host that the journey ended at: its certificates are needed all the same. */
function hadAnswered({ stage }: HttpsError): boolean {
  return stage === "http" || stage === "body";
}

/** Hosts that TLS had succeeded with before the journey failed: their chains are worth as much as any. */
async function revisit(
  client: Client,
  passed: readonly string[],
  options: RequestOptions,
): Promise<readonly Hop[]> {
  const origins = new Map(passed.map((url) => [requireUrl(url).origin, url]));
  const hops: Hop[] = [];
  for (const url of origins.values()) {
    try {
      const { socket, trust } = await client.connect(url, options);
      socket.destroy();
      hops.push({ url, chain: trust.chain, verified: true });
    } catch (error) {
      // The visit has failed already, and its failure is told.
      if (!(error instanceof HttpsError)) throw error;
    }
  }
  return hops;
}

/** The chain that was refused, where the refusal was about the chain of the host that was asked. */
function refusedHop(url: string, { trust }: HttpsError): readonly Hop[] {
  if (trust?.kind !== "refused" || trust.chain.length === 0) return [];
  return trust.host === requireUrl(url).host ? [{ url, chain: trust.chain, verified: false }] : [];
}

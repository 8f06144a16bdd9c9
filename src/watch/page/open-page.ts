/**
 * Opens the page: an HTTP server over the store's port. It changes nothing of what is watched: every request but signing in
 * and out is GET or HEAD.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WatchError } from "../watch-error.ts";
import { checkAccess } from "./doors/access.ts";
import { LiveStreams } from "./live.ts";
import { pageLimits } from "./limits.ts";
import { type ListenAddress, parseListen, renderAuthority } from "./listen-address.ts";
import type { PageOptions } from "./page-options.ts";
import { Respondent } from "./respondent.ts";

export interface Page {
  /** Where it is: `http://127.0.0.1:8080/`. */
  readonly url: string;
  /** Takes no more requests, ends the streams of events, and waits for what is being answered. */
  close(): Promise<void>;
}

/** Where it would listen, if whoever could reach it there is asked who they are. @throws WatchError */
export function checkPage({ listen, access }: Pick<PageOptions, "listen" | "access">): ListenAddress {
  const address = parseListen(listen);
  checkAccess(access, address);
  return address;
}

export async function openPage(options: PageOptions): Promise<Page> {
  const address = checkPage(options);
  const live = options.changes === undefined ? undefined : new LiveStreams(options.changes);
  const respondent = new Respondent(options, live);
  const server = createServer(
    {
      headersTimeout: pageLimits.headersMs.value,
      requestTimeout: pageLimits.requestMs.value,
      keepAliveTimeout: pageLimits.idleMs.value,
      maxHeaderSize: pageLimits.headBytes.value,
    },
    (request: IncomingMessage, response: ServerResponse) => void respondent.answer(request, response),
  );
  server.maxConnections = pageLimits.connections.value;
  try {
    await listen(server, address);
  } catch (error) {
    live?.close();
    throw explainListen(error, address);
  }
  const { port } = server.address() as AddressInfo;
  readAhead(options);
  return {
    url: `http://${renderAuthority({ host: address.host, port })}/`,
    close: async () => {
      live?.close();
      await closeServer(server);
    },
  };
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  server.listen({ host, port, exclusive: true });
  await once(server, "listening");
}

function explainListen(error: unknown, address: ListenAddress): unknown {
  const where = renderAuthority(address);
  const { code = "" } = error as NodeJS.ErrnoException;
  const sentences: Readonly<Record<string, readonly [sentence: string, hint: string]>> = {
    EADDRINUSE: [
      `Another program listens at ${where}.`,
      `Listen at another port, or stop the one that has it: ss -ltnp "sport = :${address.port}" names it.`,
    ],
    EACCES: [
      `This user may not listen at ${where}.`,
      "Ports under 1024 are root's: use a higher one, and a proxy in front.",
    ],
    EADDRNOTAVAIL: [
      `${address.host} is not an address of this machine.`,
      "Listen at 127.0.0.1, or at an address that `ip address` shows.",
    ],
  };
  const [sentence, hint] = Object.hasOwn(sentences, code) ? (sentences[code] ?? []) : [];
  return sentence === undefined || hint === undefined
    ? error
    : new WatchError(sentence, { hint, cause: error });
}

/** Whoever looks first after a start finds the sums in memory. What fails here is said when somebody asks. */
function readAhead({ store, now }: PageOptions): void {
  store
    .overview({ now: now() })
    .then(() => store.bundleSums())
    .catch(() => undefined);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
  }, pageLimits.stopMs.value);
  await closed;
  clearTimeout(late);
}

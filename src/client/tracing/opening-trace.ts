/** What tracers are told of each connection that is opened for requests, on undici's channels and as undici tells it. */
import { channel } from "node:diagnostics_channel";
import type { LinkFacts } from "../../net/index.ts";
import type { Target } from "../../core/index.ts";
import { addressesOf } from "./attempt-trace.ts";

const beginning = channel("undici:client:beforeConnect");
const connected = channel("undici:client:connected");
const failed = channel("undici:client:connectError");

/** Opens, and tells of it. `servername` is the server name that is sent, as far as it was chosen by the caller. */
export async function traceOpening<T extends { readonly link: { readonly facts: LinkFacts } }>(
  target: Target,
  servername: string | null | undefined,
  open: () => Promise<T>,
): Promise<T> {
  if (!beginning.hasSubscribers && !connected.hasSubscribers && !failed.hasSubscribers) return open();
  const { authority: host, host: hostname, scheme, port } = target;
  const connectParams = {
    host,
    hostname,
    protocol: `${scheme}:`,
    port: String(port),
    servername: servername ?? (servername === null ? null : hostname),
    version: undefined,
  };
  beginning.publish({ connectParams });
  try {
    const opened = await open();
    const { facts } = opened.link;
    connected.publish({
      connectParams: { ...connectParams, version: facts.alpn === "h2" ? "h2" : "h1" },
      socket: addressesOf(facts),
    });
    return opened;
  } catch (error) {
    failed.publish({ connectParams, error });
    throw error;
  }
}

/** Where the page listens, as somebody wrote it: an address and a port. A name could become any address later. */
import { isIP } from "node:net";
import { isLoopback } from "../loopback.ts";
import { WatchError } from "../watch-error.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `8080`. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(?:\[([\da-f:.]+)\]|([\d.]+|localhost)):)?(\d{1,5})$/i.exec(text.trim());
  const [, six, four, digits] = match ?? [];
  const named = six ?? four ?? "127.0.0.1";
  const host = named.toLowerCase() === "localhost" ? "127.0.0.1" : named;
  const port = Number(digits);
  if (match === null || isIP(host) !== (six === undefined ? 4 : 6) || port > 65_535) {
    throw new WatchError(`"${text}" is not an address to listen at.`, {
      hint: "Write an IP address and a port: 127.0.0.1:8080, or [::1]:8080.",
    });
  }
  return { host, port, isLoopback: isLoopback(host) };
}

/** As it stands in a URL. */
export function renderAuthority({ host, port }: Pick<ListenAddress, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

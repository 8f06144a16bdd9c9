/**
 * What of a URL of PostgreSQL counts (PostgreSQL 17, §32.1.1.2), and what is refused. pg by itself takes a host, a user and half of TLS
 * from the query, and there `sslmode=require` may verify nobody: here the query cannot say where to, and TLS is always verified, by
 * the name that the URL has.
 */
import { WatchError } from "../watch-error.ts";
import { checkQuery } from "./query.ts";

/** What each `sslmode` comes to. Those that would go on unverified are refused, since nothing here does. */
const modes: ReadonlyMap<string, "plain" | "verified" | "refused"> = new Map([
  ["disable", "plain"],
  ["allow", "refused"],
  ["prefer", "refused"],
  ["no-verify", "refused"],
  ["require", "verified"],
  ["verify-ca", "verified"],
  ["verify-full", "verified"],
]);

const known = ["sslmode", "sslrootcert", "host", "application_name"];

/** `name` shows no credentials. @throws WatchError */
export function checkPostgresUrl(url: URL, name: string): void {
  const { searchParams } = url;
  checkQuery(url, name, known);
  if (searchParams.has("host") && socketFolderOf(url) === undefined)
    throw new WatchError(`The address of ${name} says in its query where to connect.`, {
      hint: "A host stands behind the //. In the query there may be the folder of a socket: postgres:///db?host=/run/postgresql.",
    });
  const mode = searchParams.get("sslmode");
  const meaning = mode === null ? "verified" : modes.get(mode);
  if (meaning === undefined)
    throw new WatchError(`The address of ${name} has an sslmode that PostgreSQL does not know.`);
  if (meaning === "refused")
    throw new WatchError(`${name} would be trusted unverified (sslmode=${mode ?? ""}).`, {
      hint: "Leave sslmode out: TLS is verified then. For a CA of one's own, name its file: sslrootcert=/etc/ssl/our-ca.pem.",
    });
}

/** The folder of a Unix socket, in either form; `undefined`: it is reached by TCP. */
export function socketFolderOf({ hostname, searchParams }: URL): string | undefined {
  const host = hostname === "" ? (searchParams.get("host") ?? "") : decoded(hostname);
  return host.startsWith("/") ? host : undefined;
}

/** A part of the URL, as it is meant. @throws WatchError, which does not show it */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new WatchError("The address of a database has a % that stands for no sign.", {
      hint: "In a password, % is written %25, @ is %40 and / is %2F.",
    });
  }
}

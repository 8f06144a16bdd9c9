/** What of a URL of Redis counts: user, password, host, port, the number of a database, and whose CA it is. */
import { WatchError } from "../watch-error.ts";
import { checkQuery } from "./query.ts";

/** `name` shows no credentials. @throws WatchError */
export function checkRedisUrl(url: URL, name: string): void {
  checkQuery(url, name, ["sslrootcert"]);
  if (!/^\/?\d{0,9}$/.test(url.pathname))
    throw new WatchError(`The address of ${name} names a database that is not a number.`, {
      hint: "Redis counts its databases: rediss://user:password@host/0.",
    });
}

/** The first, where none is named. */
export function redisDatabaseOf({ pathname }: URL): number {
  return Number(pathname.slice(1));
}

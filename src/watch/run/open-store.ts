/** Opens the store that a configuration names: an SQLite file. */
import type { Config } from "../config/schema.ts";
import type { Store } from "../store/port.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { WatchError } from "../watch-error.ts";
import type { RunPorts } from "./ports.ts";

const usualFile = "meerkat-watch.db";

/** @throws WatchError */
export async function openStore(
  { store = usualFile, queue }: Pick<Config, "store" | "queue">,
  { pathOf, now }: Pick<RunPorts, "pathOf" | "now">,
): Promise<Store> {
  if (queue !== undefined)
    throw new WatchError("This version visits from one machine alone.", { hint: "Leave out `queue`." });
  if (typeof store === "string") return openSqliteStore({ path: pathOf(store), now });
  throw new WatchError("This version keeps its history in an SQLite file alone.", {
    hint: "Name a file in `store`.",
  });
}

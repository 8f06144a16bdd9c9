/**
 * Whose list a store holds. Whoever puts a list into a store takes the endpoints out that are not in it, with their alerts and
 * forecasts: that is meant where a watch's own list was edited, and a loss where two watches were given one store.
 *
 * Q: What makes it the same watch? A: Where its list comes from, and not what stands in it: the file of its configuration, or, where
 * lists were typed, all of these files, of which some may have come or gone. So a list may be edited as one likes, before a restart or a
 * reload; and a second watch with the same file goes on beside the first one, as two of them do for high availability.
 *
 * Q: And where the file is at another place, such as on the second machine? A: It is the same watch where the list is the same. Whoever
 * moves a list moves it first, and edits it then.
 *
 * Q: Why is a store not free when its watch has ended? A: Two lists that cron has visited in turn (`--once`) would replace each other
 * each time, and what is open would be closed each time. A list with nothing of the one before wants a store of its own, or gains nothing.
 *
 * Q: Two machines with files of one name and lists of their own? A: They are taken for one watch: the configuration is one file for all
 * machines, and between two restarts one of them may be older.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { renderCount } from "../../core/index.ts";
import type { Config } from "../config/schema.ts";
import type { BegunRun, Store } from "../store/port.ts";
import { WatchError } from "../watch-error.ts";
import type { RunPorts } from "./ports.ts";
import type { Setup } from "./setup.ts";

/** Where a watch has its list from, and which one that is. */
interface Claim {
  /** The configuration's file; `null` where the lists were typed. */
  readonly config: string | null;
  readonly lists: readonly string[];
  /** How many endpoints, and the same digest for the same ones. */
  readonly endpoints: number;
  readonly digest: string;
}

export interface ClaimRequest {
  readonly store: Store;
  /** Of this process. */
  readonly name: string;
  readonly config: Config;
  readonly setup: Setup;
  readonly ports: Pick<RunPorts, "pathOf" | "configFile">;
}

/** Notes in the store whose it is from now on. @throws WatchError where it is a survey's or another watch's: it is left as it is */
export async function claimStore({ store, name, config, setup, ports }: ClaimRequest): Promise<void> {
  const claim = claimOf(config, setup, ports);
  await store.beginRun({ name, by: "watch", asked: JSON.stringify(claim) }, (last) =>
    checkClaim(claim, last),
  );
}

function claimOf(
  { endpoints: files }: Config,
  { endpoints }: Setup,
  { pathOf, configFile }: ClaimRequest["ports"],
): Claim {
  const digest = createHash("sha256");
  for (const id of endpoints.map((endpoint) => endpoint.id).toSorted()) digest.update(`${id}\n`);
  return {
    config: configFile === undefined ? null : resolve(configFile),
    lists: files.map((file) => resolve(pathOf(file))).toSorted(),
    endpoints: endpoints.length,
    digest: digest.digest("hex"),
  };
}

function checkClaim(mine: Claim, last: BegunRun | undefined): void {
  if (last?.by === "survey")
    throw new WatchError("The store is that of a survey, whose list a watch would replace.", {
      hint: "Name another one; this one is left as it is.",
    });
  // What a version before this one noted says nothing of its list.
  if (last === undefined || last.asked === "") return;
  const there = JSON.parse(last.asked) as Claim;
  if (isSame(mine, there)) return;
  const from = there.config === null ? there.lists.join(", ") : `the configuration ${there.config}`;
  throw new WatchError(
    `The store is that of another watch, whose list this one would replace: ${renderCount(there.endpoints, "endpoint")} of ${from}.`,
    {
      hint: "Name another store; this one is left as it is. Where it is the same list at another place, start with it as it was, and edit it then.",
    },
  );
}

function isSame(mine: Claim, there: Claim): boolean {
  if (mine.config !== null && mine.config === there.config) return true;
  if (mine.digest === there.digest) return true;
  // A list that was typed may stand in a configuration now, and one of several may have gone.
  return isWithin(mine.lists, there.lists) || isWithin(there.lists, mine.lists);
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

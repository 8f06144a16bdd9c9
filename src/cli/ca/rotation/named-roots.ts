/**
 * Whether the roots of a lock are at hand for a choice that is made anew. Mozilla's always are; a file, or another
 * machine's store, is only named in the lock, and nobody reads a file that was not named on this command line.
 */
import { quoteForShell } from "../../frame/shell-quote.ts";
import type { CaMaterial } from "../../devices/files/ca-choice.ts";
import type { SiteFlags } from "../../devices/meet/site-options.ts";
import { CommandError } from "../../frame/failure.ts";

/** @throws CommandError where they have to be named again, with the flags for it */
export function checkRoots(
  material: Pick<CaMaterial, "roots" | "rootSources">,
  { cacert, roots }: Pick<SiteFlags, "cacert" | "roots">,
): void {
  if (cacert !== undefined || roots !== undefined) return;
  const sources = sourcesOf(material);
  const isElsewhere = sources.some((source) => source !== "mozilla");
  if (!isElsewhere) return;
  const whose = sources.includes("system") ? "the system's" : "from a file";
  const all = sources.length > 1 ? "not Mozilla's alone" : whose;
  throw new CommandError(`The lock's roots are ${all}, and --update chooses anew from what is named.`, {
    hint: `Name them as when the lock was written: ${sources.map(flagFor).join(" ")}`,
  });
}

/** In a lock from before they were recorded, each root still has its store. */
function sourcesOf({ roots, rootSources }: Pick<CaMaterial, "roots" | "rootSources">): readonly string[] {
  if (rootSources.length > 0) return rootSources;
  const stores = new Set(roots.map(({ anchor: { source } }) => source.store));
  return [
    ...["mozilla", "system"].filter((store) => stores.has(store)),
    ...(stores.has("file") ? ["FILE"] : []),
  ];
}

function flagFor(source: string): string {
  if (source === "mozilla" || source === "system") return `--roots ${source}`;
  return `--cacert ${/^[\w./:\\+@-]+$/.test(source) ? source : quoteForShell(source)}`;
}

/** `--proto`, `--proto-redir`: which schemes may be asked (curl(1)): `=https` alone, `-http` not, `+http` too, `all`. */
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import type { GetFlags } from "../flags/table.ts";

type Scheme = "http" | "https";
const known: readonly Scheme[] = ["http", "https"];

/** Why this scheme may not be asked, or followed; `undefined` where it may. */
export function checkScheme(
  scheme: Scheme,
  { proto, protoRedir }: Pick<GetFlags, "proto" | "protoRedir">,
  when: "first" | "redirect",
): CommandError | undefined {
  const flag = refuses(proto, scheme)
    ? "--proto"
    : when === "redirect" && refuses(protoRedir, scheme)
      ? "--proto-redir"
      : undefined;
  if (flag === undefined) return undefined;
  const what = when === "first" ? "The URL's scheme" : "The redirect's scheme";
  return new CommandError(`${what}, ${scheme}, is not one of those that ${flag} lets through.`, {
    hint: `Leave ${flag} out, or put ${scheme} into it.`,
    exitCode: exitCode.failed,
  });
}

function refuses(list: string | undefined, scheme: Scheme): boolean {
  return list !== undefined && !readSchemes(list).has(scheme);
}

function readSchemes(list: string): ReadonlySet<Scheme> {
  let allowed = new Set<Scheme>(known);
  for (const entry of list.split(",")) {
    const [, signs = "", name = ""] = /^\s*([+=-]*)(.*?)\s*$/.exec(entry) ?? [];
    const named = known.filter((one) => name.toLowerCase() === "all" || name.toLowerCase() === one);
    if (signs.includes("=")) allowed = new Set(named);
    else if (signs.includes("-")) for (const one of named) allowed.delete(one);
    else for (const one of named) allowed.add(one);
  }
  return allowed;
}

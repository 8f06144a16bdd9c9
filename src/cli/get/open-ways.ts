/** Opens what differs from URL to URL on a command line, and loads no more than that needs. */
import type { ClientOptions } from "../../client/index.ts";
import { showControls } from "../../core/index.ts";
import type { Context } from "../frame/context.ts";
import type { GetFlags } from "./flags/table.ts";
import { narrate } from "./narrate.ts";
import { pacAddress } from "./pac/address.ts";
import type { Ways } from "./ways.ts";

/** `undefined` where every URL is reached by the same options. @throws CommandError for what cannot be opened */
export async function openWays(
  flags: GetFlags,
  options: ClientOptions,
  { err, signal }: Pick<Context, "err" | "signal">,
): Promise<Ways | undefined> {
  const address = pacAddress(flags.proxy);
  if (address !== undefined) {
    const { openPacWays } = await import("./pac/ways.ts");
    return openPacWays(address, {
      login: flags.proxyUser,
      options,
      signal,
      tell: (kind, text) => {
        if (kind === "chosen") {
          if (flags.verbose === true) narrate(err, [["pac", text]]);
        } else if (flags.silent !== true) err.lines(`${err.style.yellow("note:")} ${showControls(text)}`);
      },
    });
  }
  if (flags.connectTo === undefined) return undefined;
  const { OtherWays } = await import("./connect-to.ts");
  return new OtherWays(flags.connectTo, options.resolve ?? {});
}

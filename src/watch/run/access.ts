/** Who may look at the page, by a configuration. */
import type { Config } from "../config/schema.ts";
import type { PageAccess } from "../page/index.ts";
import type { Secret } from "../tell/index.ts";
import { WatchError } from "../watch-error.ts";

/** @throws WatchError */
export async function accessOf(
  { token, behindProxy, proxyFrom }: Pick<Config, "token" | "behindProxy" | "proxyFrom">,
  secretOf: (place: NonNullable<Config["token"]>) => Secret,
): Promise<PageAccess> {
  if (token !== undefined && behindProxy !== undefined)
    throw new WatchError("A token and a proxy in front cannot both say who may look.", {
      hint: "Leave one of them out.",
    });
  if (proxyFrom !== undefined && behindProxy === undefined)
    throw new WatchError(
      "proxyFrom says where a proxy asks from, and behindProxy does not say what it tells.",
      {
        hint: "Name the field in which the proxy says who asks: behindProxy: X-Forwarded-User.",
      },
    );
  if (token !== undefined) return { kind: "token", token: await secretOf(token)() };
  return behindProxy === undefined
    ? { kind: "loopback" }
    : { kind: "proxy", header: behindProxy, from: proxyFrom };
}

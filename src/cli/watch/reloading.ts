/** SIGHUP reads the configuration again. With a fault in it nothing changes, and the log says which. */
import { messageOf } from "../../core/index.ts";
import type { RunPorts } from "../../watch/index.ts";
import type { Context } from "../frame/context.ts";

/** Calls `reload` at each signal, one after the other, so that what was read last is taken last. Returns what ends it. */
export function reloadOnHangup(
  { onHangup }: Pick<Context, "onHangup">,
  log: RunPorts["log"],
  reload: () => Promise<void>,
): () => void {
  const attempt = async (): Promise<void> => {
    try {
      await reload();
    } catch (error) {
      log({ level: "error", event: "reload-failed", sentence: `Nothing was changed: ${messageOf(error)}` });
    }
  };
  let last = Promise.resolve();
  return onHangup(() => {
    last = last.then(attempt);
  });
}

/** What the watch says of a setting, a file or its store, as the program says it. */
import { WatchError } from "../../watch/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";

/** Whatever is not the watch's stays as it is. */
export function asCommandError(error: unknown, code: number = exitCode.usage): unknown {
  if (!(error instanceof WatchError)) return error;
  const { message, hint } = error;
  return new CommandError(message, { exitCode: code, ...(hint === undefined ? {} : { hint }) });
}

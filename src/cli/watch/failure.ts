/** What the watch says of a setting, a file or its store, as the program says it. */
import { HttpsError } from "../../core/index.ts";
import { WatchError } from "../../watch/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError, exitCodeOf } from "../frame/failure.ts";

/** Whatever is not the watch's stays as it is. */
export function asCommandError(error: unknown, code: number = exitCode.usage): unknown {
  if (!(error instanceof WatchError)) return error;
  const { message, hint } = error;
  return new CommandError(message, {
    exitCode: ownCode(error) ?? code,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A package that is not there, and a server of the watch's own that is not trusted or not reached, have numbers. */
function ownCode({ isNotInstalled, cause }: WatchError): number | undefined {
  if (isNotInstalled) return exitCode.notInstalled;
  return cause instanceof HttpsError ? exitCodeOf(cause) : undefined;
}

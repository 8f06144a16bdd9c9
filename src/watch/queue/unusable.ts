/** What is said of a queue that cannot be used, as opposed to one that is away. */
import { messageOf } from "../../core/index.ts";
import type { DatabaseAddress } from "../database/address.ts";
import { WatchError } from "../watch-error.ts";

export function unusable({ name }: DatabaseAddress, error: unknown): WatchError {
  return new WatchError(`The queue at ${name} cannot be used: ${messageOf(error).replace(/\.$/, "")}.`, {
    hint: "Its URL, with user and password, stands where the configuration's `queue` says.",
    cause: error,
  });
}

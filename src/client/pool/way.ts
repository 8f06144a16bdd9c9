/** How a call is carried where it is not by a connection of the client's own: the way that an adapter brings. */
import type { Target } from "../../core/index.ts";
import type { Settings } from "../options/settings.ts";
import type { Call } from "./call.ts";

/** A call on its way. */
export interface Carried {
  /** Ends, and never fails, when nothing more comes of it, body included. */
  readonly over: Promise<void>;
  /** Takes the call back where it has not begun. */
  withdraw(call: Call): void;
  /** Ends it with this error. */
  end(error: Error): void;
}

export type Way = (call: Call, target: Target, settings: Settings) => Carried;

/** What is foretold of an endpoint for the devices that hold one bundle. */
import type { DeviceName } from "../../device/index.ts";

/**
 * What ends the connection.
 *
 * `refused`: the device does not connect now. `path`: the server's own chain ends, unless it is renewed. `root`: the
 * device's CA certificate ends. `cross-sign`: a cross-signed certificate ends on which the path runs. `programme`,
 * `distrust`: a root programme's date, by which the server's CA moves to another root. `nothing`: no end is known.
 */
export const breakKinds = [
  "refused",
  "path",
  "root",
  "cross-sign",
  "programme",
  "distrust",
  "nothing",
] as const;
/** What ends on the day of a break; `nothing` where no end is known. */
export type BreakKind = (typeof breakKinds)[number];

/** When one device with one bundle stops connecting to an endpoint, what ends then, how sure that is, and what to add. */
export interface Forecast {
  /** `WatchedBundle.id` */
  readonly bundle: string;
  readonly device: DeviceName;
  /** `WatchedBundle.digest`, and the chains (their certificates' SHA-256 joined by a blank) that it was made from. */
  readonly digest: string;
  readonly chains: readonly string[];
  readonly madeAt: number;
  readonly kind: BreakKind;
  /** The first moment at which the device no longer connects, epoch milliseconds; `undefined` where none is known. */
  readonly breaksAt: number | undefined;
  /** `certain` where dates and the device's profile decide it; `likely` where a schedule or a habit does. */
  readonly sure: "certain" | "likely";
  /** SHA-256 of the CA certificate of the bundle on which the device relies there; `undefined` where it is refused. */
  readonly root: string | undefined;
  /** Text of that root's name. */
  readonly rootName: string | undefined;
  /** Full sentences: what ends, when, and by what that is known. */
  readonly sentence: string;
  /** CA certificates that mend it for this device, the best first; empty where none is needed or known. */
  readonly add: readonly { readonly subject: string; readonly sha256: string }[];
}

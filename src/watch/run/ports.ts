/** What a running watch is given of the world around, by whoever starts it. */
import type { TrustPolicy } from "../../admission/index.ts";
import type { ClientOptions, Environment } from "../../client/index.ts";
import type { WatchedEndpoint } from "../../fleet/index.ts";
import type { Log } from "../log-line.ts";
import type { KeptWhy } from "../store/port.ts";
import type { SetupPorts } from "./setup.ts";

export interface RunPorts extends SetupPorts {
  /** The configuration's file, where that names the lists; `undefined` where they were typed. */
  readonly configFile: string | undefined;
  /** By whose roots endpoints are judged, and receivers of alerts. */
  readonly policy: TrustPolicy;
  /** The same, as options of the client that tells. */
  readonly trust: Pick<ClientOptions, "roots">;
  readonly environment: Environment;
  /** Reads a file that holds a secret, within a bound. */
  readonly readSecret: (path: string) => Promise<string>;
  /** What `why` says of an endpoint now. */
  readonly askWhy: (endpoint: WatchedEndpoint, signal: AbortSignal) => Promise<KeptWhy>;
  readonly log: Log;
}

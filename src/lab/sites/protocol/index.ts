/** Sites whose TLS, or whatever is there instead of it, is the thing to look at. */
import type { Definition } from "../../site.ts";
import { firstFlightSites } from "./first-flights.ts";
import { handshakeSites } from "./handshake.ts";
import { serverNameSites } from "./server-names.ts";
import { versionSites } from "./versions.ts";

export const protocolSites: readonly Definition[] = [
  ...versionSites,
  ...serverNameSites,
  ...handshakeSites,
  ...firstFlightSites,
];

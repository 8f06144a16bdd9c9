/** Every reader of a peer's bytes, by what it reads. */
import type { PeerWork } from "./growth.ts";
import { heads } from "./heads.ts";
import { structures } from "./structures.ts";
import { pem, values } from "./values.ts";

export const peerWorks: Readonly<Record<string, readonly PeerWork[]>> = {
  "heads and framing": heads,
  "values of fields": values,
  "PEM files": pem,
  structures,
};

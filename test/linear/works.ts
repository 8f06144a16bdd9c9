/** Every reader of a peer's bytes, by what it reads. */
import type { PeerWork } from "./growth.ts";
import { chains } from "./chains.ts";
import { heads } from "./heads.ts";
import { http2 } from "./http2.ts";
import { libraryReaders, sources } from "./sources.ts";
import { structures } from "./structures.ts";
import { pem, values } from "./values.ts";
import { words } from "./words.ts";

export const peerWorks: Readonly<Record<string, readonly PeerWork[]>> = {
  "heads and framing": heads,
  "header blocks and frames": http2,
  "values of fields": values,
  "PEM files": pem,
  "CA files in C source": sources,
  "PEM as libraries read it": libraryReaders,
  structures,
  "bags of certificates": chains,
  "words that are shown": words,
};

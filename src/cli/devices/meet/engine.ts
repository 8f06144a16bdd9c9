/**
 * Sets the engine for a survey: hundreds of handshakes, most of the time in OpenSSL or waiting for the network.
 *
 * What a TLS socket leaves behind is held by handles that only a full collection takes away, and V8 makes one when the old
 * generation has grown to a multiple of what was in use: hundreds of handshakes then stand in memory as garbage, several
 * times what is kept of them.
 *
 * And the V8 of Node 20 compiles anew, on threads of its own, what has run a few hundred times: in a survey of two thousand
 * endpoints that took a tenth of all CPU time, and gained less. Newer ones wait for three thousand times by themselves.
 */
import { setFlagsFromString } from "node:v8";

/** By how much of itself the heap grows before it is collected; half is 20 MB here, and costs a few collections of 15 ms. */
const growth = 50;

/** How much of a function runs before it is compiled anew: eight times as much as by itself. */
const interruptBudget = 1_000_000;

/** From this version on V8 counts calls, and does not know the flag. */
const firstThatCounts = 12;

/** For the program alone: the settings are the whole process's. V8 reads them anew each time; other engines pass over them. */
export function suitSurveys(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
  const [major = ""] = process.versions.v8.split(".");
  if (Number(major) < firstThatCounts) setFlagsFromString(`--interrupt-budget=${interruptBudget}`);
}

/**
 * Keeps the heap of a survey small. What a TLS socket leaves behind is held by handles that only a full collection takes
 * away, and V8 makes one when the old generation has grown to a multiple of what was in use: hundreds of handshakes then
 * stand in memory as garbage, several times what is kept of them.
 */
import { setFlagsFromString } from "node:v8";

/** By how much of itself the heap grows before it is collected; half is 20 MB here, and costs a few collections of 15 ms. */
const growth = 50;

/** For the program alone: the setting is the whole process's. V8 reads it anew for each limit; other engines pass over it. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}

/** The end of a connection, as its socket sees it. */
import type { Link } from "../../net/index.ts";
import { clientLimits } from "../limits.ts";

/** Says close_notify (RFC 8446 §6.1) and FIN, and waits for nothing; abruptly, it says nothing. */
export function closeSocket({ socket }: Link, abruptly: boolean): void {
  socket.unref();
  // A peer that takes no more of a request would keep a polite ending waiting for ever.
  if (abruptly || socket.writableLength > 0) socket.destroy();
  else if (!socket.destroyed) socket.end(() => socket.destroy());
}

/** The same with a last word before it; a peer that takes none of it is not waited for. */
export function closeWithWords({ socket }: Link, words: Uint8Array): void {
  socket.unref();
  const late = setTimeout(() => socket.destroy(), clientLimits.lastWordsMs.value).unref();
  socket.end(words, () => {
    clearTimeout(late);
    socket.destroy();
  });
}

/** The end of a connection, as its socket sees it. */
import type { Link } from "../../net/index.ts";

/** Says close_notify (RFC 8446 §6.1) and FIN, and waits for nothing; abruptly, it says nothing. */
export function closeSocket({ socket }: Link, abruptly: boolean): void {
  socket.unref();
  // A peer that takes no more of a request would keep a polite ending waiting for ever.
  if (abruptly || socket.writableLength > 0) socket.destroy();
  else if (!socket.destroyed) socket.end(() => socket.destroy());
}

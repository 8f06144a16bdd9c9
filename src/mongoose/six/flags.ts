/** The flags of a connection, with the library's bits (mg_net.h). Those a client cannot set are there to be read. */

/** The host's name is being looked up. */
export const MG_F_RESOLVING: number = 1 << 2;
/** TCP, or TLS in it, is being opened. */
export const MG_F_CONNECTING: number = 1 << 3;
/** The connection is, or will be, under TLS. */
export const MG_F_SSL: number = 1 << 4;
/** The TLS handshake is done. */
export const MG_F_SSL_HANDSHAKE_DONE: number = 1 << 5;
/** The handshake of WebSocket is done. */
export const MG_F_IS_WEBSOCKET: number = 1 << 8;
/** Send what is in `send_mbuf`, then close. */
export const MG_F_SEND_AND_CLOSE: number = 1 << 10;
/** Close now: nothing more is sent, and no event comes but MG_EV_CLOSE. */
export const MG_F_CLOSE_IMMEDIATELY: number = 1 << 11;
/** Deliver the fragments of a WebSocket message one by one. */
export const MG_F_WEBSOCKET_NO_DEFRAG: number = 1 << 12;
/** Set in MG_EV_HTTP_CHUNK: forget the piece that was delivered, so that the body is not kept in memory. */
export const MG_F_DELETE_CHUNK: number = 1 << 13;
/** For UDP, which a client of HTTP does not use: it is kept and has no effect. */
export const MG_F_ENABLE_BROADCAST: number = 1 << 14;
/** A flag of the program's own. */
export const MG_F_USER_1: number = 1 << 20;
/** A flag of the program's own. */
export const MG_F_USER_2: number = 1 << 21;
/** A flag of the program's own. */
export const MG_F_USER_3: number = 1 << 22;
/** A flag of the program's own. */
export const MG_F_USER_4: number = 1 << 23;
/** A flag of the program's own. */
export const MG_F_USER_5: number = 1 << 24;
/** A flag of the program's own. */
export const MG_F_USER_6: number = 1 << 25;

/** What `mg_connect_opts.flags` may hold; the rest is passed over, as the library does. */
export const callersFlags: number =
  MG_F_USER_1 |
  MG_F_USER_2 |
  MG_F_USER_3 |
  MG_F_USER_4 |
  MG_F_USER_5 |
  MG_F_USER_6 |
  MG_F_WEBSOCKET_NO_DEFRAG |
  MG_F_ENABLE_BROADCAST;

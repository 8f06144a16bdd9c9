/** http-cache-semantics, an optional peer: what RFC 9111 says of freshness. It is CommonJS, so it is imported here and no other way. */
import CachePolicy from "http-cache-semantics";

export { CachePolicy };

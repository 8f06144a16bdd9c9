/** Content codings of bodies: which are known here, and how they are undone within bounds. */
export { areCodingsKnown, decodeBody, type EncodedBody } from "./decode.ts";
export { acceptedCodings } from "./decoders.ts";
export { codingLimits } from "./limits.ts";

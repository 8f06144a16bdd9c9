/** The door `meerkat/trust/node`: `verify` with the cryptography of node:crypto, and the root stores that Node can open. */
export { trustPorts } from "./crypto-ports.ts";
export type { RootFile, RootSource, RootsOption } from "./roots/index.ts";
export { openAnchors, verify } from "./verify-here.ts";

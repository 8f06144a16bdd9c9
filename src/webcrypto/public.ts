/** The door `meerkat/trust/webcrypto`: `verify` with WebCrypto, in browsers, Deno, Bun, workers and Node. */
export { trustPorts, verify } from "./verify-here.ts";

/** The wire tap: records the raw bytes of one TLS connection and reads them, for diagnosis. */
export { parseClientHello } from "./hello.ts";
export type { Observed } from "./observed.ts";
export { openTap, type Tap } from "./tap.ts";

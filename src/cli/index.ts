/** The program as a function: one command line in, an exit code out. */
export { visitsAtOnce } from "./limits.ts";
export type { OutputStream } from "./frame/output.ts";
export { runCli } from "./run.ts";

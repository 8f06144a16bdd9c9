/** The program as a function: one command line in, an exit code out. */
export { exitCode } from "./exit-codes.ts";
export { visitsAtOnce } from "./limits.ts";
export type { Invocation } from "./context.ts";
export type { OutputStream } from "./output.ts";
export { runCli } from "./run.ts";

/** The program as a function: one command line in, an exit code out. */
export { exitCodeMeanings, exitCodes } from "./frame/exit-codes.ts";
export { visitsAtOnce } from "./limits.ts";
export type { OutputStream } from "./frame/output.ts";
export { runCli } from "./run.ts";

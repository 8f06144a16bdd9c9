#!/usr/bin/env node
/** The program's entry: real streams, real signals, and the exit code of `runCli`. */
import { exitCode } from "./exit-codes.ts";
import { runCli } from "./run.ts";

const stop = new AbortController();
process.once("SIGINT", () => {
  stop.abort(exitCode.interrupted);
});
process.once("SIGTERM", () => {
  stop.abort(exitCode.terminated);
});

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: stop.signal,
});

#!/usr/bin/env node
/** The program's entry: real streams, real signals, and the exit code of `runCli`. */
import { version } from "../manifest/index.ts";

const argv = process.argv.slice(2);

// Scripts ask for the version to see whether the program is there: that needs no parser and no catalogue.
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${version}\n`);
} else {
  const { runCli, exitCode } = await import("./index.ts");
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort(exitCode.interrupted);
  });
  process.once("SIGTERM", () => {
    stop.abort(exitCode.terminated);
  });
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await runCli({ argv, stdin, stdout, stderr, env, signal: stop.signal });
}

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
  // What does not end at the signal, such as a pipe that nobody writes to, is left after a while.
  const end = (code: number): void => {
    stop.abort(code);
    setTimeout(() => process.exit(code), 1000).unref();
  };
  process.once("SIGINT", () => end(exitCode.interrupted));
  process.once("SIGTERM", () => end(exitCode.terminated));
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await runCli({ argv, stdin, stdout, stderr, env, signal: stop.signal });
}

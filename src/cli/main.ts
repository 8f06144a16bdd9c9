#!/usr/bin/env node
/** The program's entry: real streams, real signals, and the exit code of `runCli`. */
import { version } from "../manifest/index.ts";
import { exitCode } from "./frame/exit-codes.ts";

const argv = process.argv.slice(2);
/** A watch hands over what it has under way, to its store and to receivers of alerts. */
const watchGraceMs = 15_000;
const lingerMs = 500;

// Scripts ask for the version to see whether the program is there: that needs no parser and no catalogue.
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${version}\n`);
} else {
  const stop = new AbortController();
  // What does not end at the signal, such as a pipe that nobody writes to, is left after a while.
  const end = (code: number): void => {
    stop.abort(code);
    setTimeout(() => process.exit(code), argv[0] === "watch" ? watchGraceMs : 1000).unref();
  };
  // Before anything else is loaded: a signal that nobody waits for ends the program in the middle, or, where it is a container's first
  // process, is lost.
  process.once("SIGINT", () => end(exitCode.interrupted));
  process.once("SIGTERM", () => end(exitCode.terminated));
  const { runCli } = await import("./index.ts");
  const { environmentHere: env } = await import("../runtime/index.ts");
  const onHangup = (listener: () => void): (() => void) => {
    process.on("SIGHUP", listener);
    return () => void process.off("SIGHUP", listener);
  };
  const { stdin, stdout, stderr } = process;
  process.exitCode = await runCli({ argv, stdin, stdout, stderr, env, signal: stop.signal, onHangup });
  // Everything is written and said: a library that goes on asking for a queue that is away keeps nobody.
  if (stop.signal.aborted) setTimeout(() => process.exit(), lingerMs).unref();
}

/** Gives a diagnosis as much longer as this machine is slow: its own deadline would end one that is right elsewhere. */
import { slownessHere } from "../cost.ts";

/** What all of `why` may take when it is not told. */
const defaultSeconds = 8;
/** Two test files at once on two processors are this slow. */
const usualSlowness = 2;

let known: number | undefined;

/** How many times longer a deadline has to be here: 1 on a machine that is as free as usual. */
export function slowness(): number {
  known ??= slownessHere();
  return known <= usualSlowness ? 1 : known;
}

/** A command line with its deadline, where it is one of `why` that names none. */
export function withTime(argv: readonly string[]): readonly string[] {
  if (argv[0] !== "why" || slowness() === 1 || argv.includes("-m") || argv.includes("--max-time"))
    return argv;
  return ["why", "--max-time", (defaultSeconds * slowness()).toFixed(1), ...argv.slice(1)];
}

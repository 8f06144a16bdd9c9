/**
 * The switches by which whoever starts a program has its runtime believe the system's roots: options before the program's
 * name, and variables of the environment. Which of them each runtime has is data, as it was found by running it.
 */

/** What a switch does to the roots that a program believes by default: the system's come beside them, or in their place. */
export type RootsEffect = "adds" | "replaces";

/** An option such as `--use-system-ca`, or a variable with the value that turns it on. */
export interface RootSwitch {
  readonly written: string;
  readonly variable: { readonly name: string; readonly value: string } | undefined;
  readonly effect: RootsEffect;
}

const systemVariable = variableOf("NODE_USE_SYSTEM_CA", "1", "adds");

/** Node's own; Bun has the same. */
export const nodeSwitches: readonly RootSwitch[] = [
  systemVariable,
  { written: "--use-system-ca", variable: undefined, effect: "adds" },
  { written: "--use-openssl-ca", variable: undefined, effect: "replaces" },
];

export const denoSwitches: readonly RootSwitch[] = [
  systemVariable,
  variableOf("DENO_TLS_CA_STORE", "system", "replaces"),
  variableOf("DENO_TLS_CA_STORE", "mozilla,system", "adds"),
  variableOf("DENO_TLS_CA_STORE", "system,mozilla", "adds"),
];

/** How a program was started. */
export interface Start {
  readonly variable: (name: string) => string | undefined;
  /** Options of the runtime's, in the order in which they count. */
  readonly options: readonly string[];
}

/** The one that is in force. What replaces the roots counts more than what adds to them; a later `--no-...` takes back. */
export function rootSwitchOf(
  switches: readonly RootSwitch[],
  { variable, options }: Start,
): RootSwitch | undefined {
  const inForce = new Map<RootsEffect, RootSwitch>();
  for (const one of switches) {
    if (one.variable !== undefined && variable(one.variable.name) === one.variable.value)
      inForce.set(one.effect, one);
  }
  for (const given of options) {
    // Node reads --use_system_ca, too.
    const option = given.replaceAll("_", "-");
    for (const one of switches) {
      if (option === one.written) inForce.set(one.effect, one);
      if (option === one.written.replace(/^--/, "--no-")) inForce.delete(one.effect);
    }
  }
  return inForce.get("replaces") ?? inForce.get("adds");
}

function variableOf(name: string, value: string, effect: RootsEffect): RootSwitch {
  return { written: `${name}=${value}`, variable: { name, value }, effect };
}

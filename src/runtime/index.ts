/** The JavaScript runtimes: which one this is, and what each of them does not show of a TLS connection. */
export { deniedOf, environmentHere, guardVariables } from "./environment.ts";
export { bun, deno, node, runtimes, type Runtime, type RuntimeName, type Sight } from "./facts.ts";
export { runtimeHere, runtimeOf } from "./here.ts";
export { rootSwitchOf, type RootSwitch } from "./root-switches.ts";
export { unseenOn } from "./unseen.ts";

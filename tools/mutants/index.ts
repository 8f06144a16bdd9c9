/** Mutation testing: whether a test notices when what decides trust, framing and secrets is changed. */
export { accepted, isAccepted } from "./accepted/index.ts";
export { tryArea } from "./area-run.ts";
export { areas } from "./areas.ts";
export { generateMutants } from "./generate.ts";
export { applyMutant, findFile, showMutant } from "./mutant.ts";
export { findBreach, tryPromises } from "./promise-run.ts";
export { promises } from "./promises/index.ts";
export type { Run } from "./run.ts";
export { switchesName, writeSchemata, type Switches } from "./schemata.ts";

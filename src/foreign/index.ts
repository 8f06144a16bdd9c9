/** Other programs' errors in Meerkat's codes: what `meerkat explain` and `docs/foreign-errors.md` speak from. */
export type { ForeignError, ForeignProgram } from "./foreign-program.ts";
export { findForeign, foreignNames, openCodes, type Reading } from "./lookup.ts";
export { numberAlone, renderForeignNumber } from "./numbers.ts";
export { foreignPrograms, opensslNumber } from "./programs.ts";

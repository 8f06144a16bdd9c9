/** Other programs' errors in Meerkat's codes: what `meerkat explain` and `docs/foreign-errors.md` speak from. */
export type { ForeignError, ForeignProgram } from "./foreign-program.ts";
export { findForeign, foreignNames, renderForeignNumber, type Reading } from "./lookup.ts";
export { opensslNumber } from "./openssl.ts";
export { foreignPrograms } from "./programs.ts";

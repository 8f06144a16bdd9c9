/** The page of the watch: what breaks next, for whom, when, and what to do; as HTML, as JSON, and as metrics. */
export type { PageAccess } from "./doors/access.ts";
export { checkPage, openPage, type Page } from "./open-page.ts";
export type { PageOptions } from "./page-options.ts";

/** Visits of endpoints: what each shows, politely. */
export { type VisitSettings } from "./settings.ts";
export { Turns } from "./turns.ts";
export { Visitor, visitMany } from "./visitor.ts";

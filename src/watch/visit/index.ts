/** Visits of endpoints: what each shows, politely. */
export { proxyOf, type VisitSettings } from "./settings.ts";
export { Turns } from "./turns.ts";
export { Visitor, visitMany } from "./visitor.ts";

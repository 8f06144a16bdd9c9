/** Lists of endpoints, as text. */
export { endpointOf } from "./endpoint-of.ts";
export { explainBad } from "./explain-bad.ts";
export { type BadLine, type EndpointList, explainEmpty, type ListText, parseLists } from "./parse-list.ts";

/** Lists of endpoints, as text. */
export { endpointOf } from "./endpoint-of.ts";
export { type BadLine, type EndpointList, explainEmpty, type ListText, parseLists } from "./parse-list.ts";

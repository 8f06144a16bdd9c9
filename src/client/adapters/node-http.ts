/**
 * node:http as `require` has it. To import it as an ES module has every name asked for its value since Node 22, and one of
 * them is a getter that loads all of Node's undici: a quarter of what it takes to import this package.
 */
import type * as http from "node:http";

export const nodeHttp: typeof http = process.getBuiltinModule("node:http");

/** Loads what takes an event stream apart: eventsource-parser, an optional peer, when a stream is first read. */
import type { createParser } from "eventsource-parser";
import { loadPackage } from "../optional-package.ts";

interface Library {
  readonly createParser: typeof createParser;
}

/** @throws HttpsError `package-missing` */
export async function loadParser(from = "eventsource-parser"): Promise<Library["createParser"]> {
  const missing = { needs: "Reading an event stream", name: "eventsource-parser@3" };
  return (await loadPackage<Library>(from, missing)).createParser;
}

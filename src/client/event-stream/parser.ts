/** Loads what takes an event stream apart: eventsource-parser, an optional peer, when a stream is first read. */
import type { createParser } from "eventsource-parser";
import { HttpsError } from "../../core/index.ts";
import { loadPackage } from "../optional-package.ts";

interface Library {
  readonly createParser: typeof createParser;
}

/** @throws HttpsError `package-missing` */
export async function loadParser(from = "eventsource-parser"): Promise<Library["createParser"]> {
  const detail = { needs: "Reading an event stream", name: "eventsource-parser@3" };
  const missing = (cause: unknown): HttpsError => new HttpsError("package-missing", detail, { cause });
  return (await loadPackage<Library>(from, missing)).createParser;
}

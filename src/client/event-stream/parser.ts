/** Loads what takes an event stream apart: eventsource-parser, an optional peer, when a stream is first read. */
import type { createParser } from "eventsource-parser";
import { HttpsError } from "../../core/index.ts";

/** No literal at its import: a bundler would warn of what is not installed. */
const name: string = "eventsource-parser";

type CreateParser = typeof createParser;

/** @throws HttpsError `package-missing` */
export async function loadParser(): Promise<CreateParser> {
  try {
    const { createParser: create } = (await import(/* webpackIgnore: true */ name)) as {
      readonly createParser: CreateParser;
    };
    return create;
  } catch (error) {
    if (!notFound.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const detail = { needs: "Reading an event stream", name: "eventsource-parser@3" };
    throw new HttpsError("package-missing", detail, { cause: error });
  }
}

/** As import() says it, and as require() does. */
const notFound: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

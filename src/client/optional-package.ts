/** A package that this one can do without, looked for when it is first needed. */
import type { HttpsError } from "../core/index.ts";

/**
 * What the package exports. Its name is not a literal where it is imported: a bundler would warn of what is not installed.
 * @throws HttpsError what `missing` makes of it, where it is not installed
 */
export async function loadPackage<Exports>(
  name: string,
  missing: (cause: unknown) => HttpsError,
): Promise<Exports> {
  try {
    return (await import(/* webpackIgnore: true */ name)) as Exports;
  } catch (error) {
    throw notFound.has((error as NodeJS.ErrnoException).code ?? "") ? missing(error) : error;
  }
}

/** As import() says it, and as require() does. */
const notFound: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

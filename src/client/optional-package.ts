/** A package that this one can do without, looked for when it is first needed. */
import { HttpsError, type Details } from "../core/index.ts";

/**
 * What the package `from` exports; `missing` says what for, and what is to be installed. Its name is not a literal where it is
 * imported: a bundler would warn of what is not installed.
 * @throws HttpsError `package-missing`
 */
export async function loadPackage<Exports>(
  from: string,
  missing: Details["package-missing"],
): Promise<Exports> {
  try {
    return (await import(/* webpackIgnore: true */ from)) as Exports;
  } catch (error) {
    const isMissing = notFound.has((error as NodeJS.ErrnoException).code ?? "");
    throw isMissing ? new HttpsError("package-missing", missing, { cause: error }) : error;
  }
}

/** As import() says it, and as require() does. */
const notFound: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

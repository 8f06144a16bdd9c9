/** A setting, a package or a server of the watch's own that cannot be used: one sentence, and what to do. */

export class WatchError extends Error {
  override readonly name = "WatchError";
  readonly hint: string | undefined;
  /** What is lacking is a package, and not a better setting. */
  readonly isNotInstalled: boolean;

  constructor(
    message: string,
    {
      hint,
      cause,
      isNotInstalled = false,
    }: { readonly hint?: string; readonly cause?: unknown; readonly isNotInstalled?: boolean } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.hint = hint;
    this.isNotInstalled = isNotInstalled;
  }
}

/** The error of an optional package that is asked for; whatever else failed while it was loaded, as it is. */
export function whereNotInstalled(error: unknown, what: string, packages: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") return error;
  const [noun, verb] = packages.includes(" ") ? ["packages", "are"] : ["package", "is"];
  return new WatchError(
    `${what} needs the ${noun} ${packages.replace(" ", " and ")}, which ${verb} not installed.`,
    {
      hint: `Install it beside meerkat: npm install ${packages}.`,
      cause: error,
      isNotInstalled: true,
    },
  );
}

/** Which files the values of some flags name. */

/** The file of `-w @FILE`. */
export function formatFile(given: string | undefined): string | undefined {
  return given?.startsWith("@") === true ? given.slice(1) : undefined;
}

/** The files of `-b`. curl(1), --cookie: an argument with `=` in it is data, any other a file. */
export function cookieFiles({ cookie = [] }: { readonly cookie?: readonly string[] }): readonly string[] {
  return cookie.filter((one) => !one.includes("=") && one !== "");
}

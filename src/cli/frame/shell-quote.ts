/** A text as one word of a POSIX shell (POSIX.1 XCU §2.2.2), which bash and zsh read as well; fish reads backslashes in quotes, and has another form. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a page's address asks for: only words that are known, each bounded; whatever else stands there is a sentence. */

export interface Query {
  /** As it stands, without blanks around it; `undefined` where it is missing or empty. */
  text(name: string): string | undefined;
  /** One of a few words. */
  word<const Word extends string>(name: string, words: readonly Word[]): Word | undefined;
}

/** The address asks for what is not there: answered with 400 and this sentence. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

export function readQuery(parameters: URLSearchParams): Query {
  const text = (name: string): string | undefined => {
    const value = parameters.get(name)?.trim() ?? "";
    return value === "" ? undefined : value;
  };
  return {
    text,
    word: (name, words) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const found = words.find((word) => word === value);
      if (found !== undefined) return found;
      throw new QueryError(`"${name}" is one of ${words.join(", ")}.`);
    },
  };
}

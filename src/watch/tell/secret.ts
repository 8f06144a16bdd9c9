/**
 * Secrets come from a file or from a variable of the environment, never from a configuration or a command line. They are
 * read when they are used: a file that is replaced counts from the next telling on, and nothing that can be printed holds one.
 */
import { explainUnreadable } from "../../core/index.ts";
import { WatchError } from "../watch-error.ts";

export type SecretSource =
  | { readonly kind: "file"; readonly path: string; readonly read: ReadSecret }
  | { readonly kind: "environment"; readonly name: string };

/** Reads a file of `tellLimits.secretBytes` at most, and waits for none without an end. */
export type ReadSecret = (path: string) => Promise<string>;

/** Gives what is secret, without white space around it. */
export type Secret = () => Promise<string>;

export function secretFrom(
  source: SecretSource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Secret {
  switch (source.kind) {
    case "file":
      return async () => checkThere(await readSecret(source), `The file ${source.path}`);
    case "environment":
      return () =>
        Promise.resolve().then(() =>
          checkThere(environment[source.name] ?? "", `The variable ${source.name}`),
        );
  }
}

function checkThere(text: string, where: string): string {
  const secret = text.trim();
  if (secret !== "") return secret;
  throw new WatchError(`${where}, which should hold a secret, is empty or not there.`);
}

async function readSecret({ path, read }: Extract<SecretSource, { kind: "file" }>): Promise<string> {
  try {
    return await read(path);
  } catch (error) {
    throw new WatchError(
      `The file ${path}, which should hold a secret, cannot be read: ${explainUnreadable(error)}.`,
      { hint: "It takes a file that holds the secret and nothing else.", cause: error },
    );
  }
}

/**
 * Secrets come from a file or from a variable of the environment, never from a configuration or a command line. They are
 * read when they are used: a file that is replaced counts from the next telling on, and nothing that can be printed holds one.
 */
import { open } from "node:fs/promises";
import { explainUnreadable } from "../../core/index.ts";
import { WatchError } from "../watch-error.ts";
import { tellLimits } from "../limits.ts";

export type SecretSource =
  { readonly kind: "file"; readonly path: string } | { readonly kind: "environment"; readonly name: string };

/** Gives what is secret, without white space around it. */
export type Secret = () => Promise<string>;

export function secretFrom(
  source: SecretSource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Secret {
  switch (source.kind) {
    case "file":
      return async () => checkThere(await readSecret(source.path), `The file ${source.path}`);
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

async function readSecret(path: string): Promise<string> {
  const most = tellLimits.secretBytes.value;
  const buffer = Buffer.alloc(most + 1);
  let length: number;
  try {
    const file = await open(path);
    try {
      ({ bytesRead: length } = await file.read(buffer));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new WatchError(
      `The file ${path}, which should hold a secret, cannot be read: ${explainUnreadable(error)}.`,
      { cause: error },
    );
  }
  if (length <= most) return buffer.toString("utf8", 0, length);
  throw new WatchError(`The file ${path} is longer than a secret is: more than ${most} bytes.`);
}

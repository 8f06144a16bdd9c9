/** The text of a configuration, YAML or JSON, as a value. In a file of its own: it is loaded where there is a text to read. */
import { parseDocument } from "yaml";
import { messageOf } from "../../core/index.ts";
import { WatchError } from "../watch-error.ts";

/**
 * YAML 1.2, of which JSON is a part. Aliases are limited, so that a short text does not become a large value.
 * @throws WatchError
 */
export function readYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, strict: true, uniqueKeys: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [line] = fault.linePos ?? [];
    const place = line === undefined ? "" : `, line ${line.line}`;
    const [what = ""] = fault.message.split("\n");
    throw new WatchError(
      `${file}${place} is neither YAML nor JSON: ${what.replace(/ at line .*$/, "").replace(/:$/, "")}.`,
    );
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new WatchError(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

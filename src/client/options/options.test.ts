/** No option is ignored in silence: what the tables let through is read by the code that serves it. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSource, readTree } from "../../../tools/tidy/index.ts";
import { clientChecks, requestChecks } from "./options.ts";

/** Trust options are compiled in `admission`; all others are the client's. */
const serving = /^src\/(?:admission|client)\/(?!options\/options\.ts).*(?<!\.test)\.ts$/;
const tree = [...readTree(fileURLToPath(new URL("../../../", import.meta.url)))];
const code = tree.flatMap(([path, text]) => (serving.test(path) ? readSource(path, text).code : []));

test("an option that is declared is read", () => {
  const names = Object.keys({ ...clientChecks, ...requestChecks });
  const unread = names.filter((name) => !code.some((one) => new RegExp(`\\b${name}\\b`).test(one)));
  expect(names).toContain("roots");
  expect(unread).toEqual([]);
});

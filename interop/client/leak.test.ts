/** Ten thousand requests (MEERKAT_LEAK_REQUESTS for more), ended in every way there is: the long form of the law in `test/client/memory.test.ts`. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const requests = Number(process.env["MEERKAT_LEAK_REQUESTS"] ?? 10_000);
const cwd = fileURLToPath(new URL("../../", import.meta.url));

it(`${requests} requests leave no socket, no timer and no growing heap`, async () => {
  const args = ["--expose-gc", "--import", "tsx", "test/client/leak-program.ts", String(requests), "7"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  const left = JSON.parse(stdout) as { readonly grownBytes: number; readonly resources: readonly string[] };
  expect(left.resources).toEqual([]);
  // A leak of one small object a request would be ten times this.
  expect(left.grownBytes).toBeLessThan(4_194_304);
}, 1_800_000);

/** Files that are written: no pipe holds the program, and what cannot be read back is not written for a device. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forever } from "../../../../test/cli/forever.ts";
import { placeFiles, writeOne } from "./output-files.ts";

let folder: string;
let pipe: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-output-"));
  pipe = join(folder, "ca.pem");
  execFileSync("bash", ["-c", 'mkfifo "$0"', pipe]);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a pipe", () => {
  it("without a reader is left at the signal", async () => {
    const stop = new AbortController();
    const writing = writeOne(pipe, "text", stop.signal);
    stop.abort(130);
    await expect(writing).rejects.toThrow();
  });

  it("gives its reader what is written", async () => {
    const [text] = await Promise.all([readFile(pipe, "utf8"), writeOne(pipe, "text", forever)]);
    expect(text).toBe("text");
  });

  it.each([
    ["named itself", () => pipe],
    ["in the folder that is named", () => folder],
  ])("does not take CA files: %s", async (_how, output) => {
    const file = { path: "ca.pem", bytes: new Uint8Array() };
    await expect(placeFiles([file], output())).rejects.toThrow(/is a pipe, and what is written is read back/);
  });
});

it("a folder that is not there is made", async () => {
  const path = join(folder, "a/b/c.txt");
  await writeOne(path, "text", forever);
  expect(await readFile(path, "utf8")).toBe("text");
});

/** A profile says of which version its library was run: that of the one that is here, to the minor version. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DeviceName, devices } from "../../src/device/index.ts";
import { findInterpreter, fetched, run } from "../../test/device/harness/libraries.ts";

/** The first number of three parts in what is told, or two. */
function minorOf(text: string): string {
  return /\d+\.\d+/.exec(text)?.[0] ?? "";
}

/** What a program of an interpreter prints. */
async function ask(name: "micropython" | "python", program: string): Promise<string | undefined> {
  const [command = "", ...rest] = findInterpreter(name)?.slice(0, -1) ?? [];
  return command === "" ? undefined : (await run(command, [...rest, "-c", program])).stdout;
}

const readIn = (file: string, line: RegExp) => async (): Promise<string | undefined> =>
  readFile(file, "utf8").then(
    (text) => line.exec(text)?.[1],
    () => undefined,
  );

const mbedtls = readIn(
  join(fetched.newer, "include/mbedtls/build_info.h"),
  /MBEDTLS_VERSION_STRING\s+"([^"]+)"/,
);

const rows: readonly (readonly [device: DeviceName, version: () => Promise<string | undefined>])[] = [
  ["mongoose-7-mbedtls", mbedtls],
  ["esp-idf", mbedtls],
  ["zephyr", mbedtls],
  ["mongoose-7-builtin", readIn(join(fetched.mongoose, "mongoose.h"), /define MG_VERSION "([^"]+)"/)],
  ["micropython", () => ask("micropython", "import sys; print('%d.%d' % sys.implementation.version[:2])")],
  ["python", () => ask("python", "import sys; print(sys.version)")],
  [
    "openssl",
    () =>
      run("openssl", ["version"]).then(
        ({ stdout }) => stdout,
        () => undefined,
      ),
  ],
];

describe("the version that a profile names was run", () => {
  it.for(rows)("%s", async ([device, version], { skip }) => {
    const here = await version();
    if (here === undefined) skip("it is not here");
    const { confirmation } = devices[device];
    expect(confirmation.how).toBe("run");
    expect(minorOf(confirmation.version)).toBe(minorOf(here ?? ""));
  });
});

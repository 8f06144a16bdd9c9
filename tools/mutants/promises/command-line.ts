/** What the command line names: read within bounds, ended by a signal, and kept secret where it is one. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const commandLine: readonly BrokenPromise[] = [
  ...rows(
    "cli/frame/root-sources.ts",
    ["test/cli/named-files.test.ts"],
    [["a CA file that is a pipe holds nobody past a signal", "found.isFIFO() || ", ""]],
  ),
  ...rows(
    "cli/frame/files.ts",
    ["test/cli/named-files.test.ts"],
    [
      [
        "a device without an end is read within a bound",
        "if (size > most.value) throw new Error(`it gives",
        "if (false) throw new Error(`it gives",
      ],
      [
        "a file that is too large is not read",
        "if (size > most.value) throw new Error(`it has",
        "if (false) throw new Error(`it has",
      ],
    ],
  ),
  ...rows(
    "cli/frame/overwriting.ts",
    ["test/cli/overwriting.test.ts"],
    [
      ["what a command reads is not written over", "if (read.has(await placeOf(file)))", "if (false)"],
      ["what is something else is not written over unasked", "if (force || ", "if (true || "],
    ],
  ),
  ...rows(
    "cli/get/get.ts",
    ["test/cli/overwriting.test.ts"],
    [
      ["the files of a body are not written over", "...filesOfBody(flags), ", ""],
      ["the format of -w is not written over", "formatFile(writeOut)", ""],
      [
        "the cookies of -b are not written over by the body",
        "[output, [...kept, ...cookies]]",
        "[output, kept]",
      ],
    ],
  ),
  ...rows(
    "devices/files/output-files.ts",
    ["test/cli/overwriting.test.ts"],
    [["a device is not written and read back", '? "a pipe" : "a device"', '? "a pipe" : undefined']],
  ),
  ...rows(
    "cli/frame/passphrase.ts",
    ["test/cli/passphrase.test.ts"],
    [
      ["a passphrase is taken from a file", "if (kind === undefined) return given;", "return given;"],
      [
        "no variable is taken that only the prototype has",
        "Object.hasOwn(env, rest) ? env[rest] : undefined",
        "env[rest]",
      ],
      [
        "what was given as a passphrase is not repeated",
        "names a variable of the environment",
        "names a variable (${rest}) of the environment",
      ],
    ],
  ),
];

/** Flags that say where an answer goes, and what is told of it. */
import { fileName, parsed, repeated, text, toggle, whole } from "../../frame/flags.ts";
import { parallelTransfers } from "../../limits.ts";
import { reportFlag } from "./answer-flags.ts";
import { inGroup } from "./in-group.ts";

const fileMode = {
  read: (given: string) => (/^0?[0-7]{3}$/.test(given) ? Number.parseInt(given, 8) : undefined),
  takes: "It takes permissions in octal: 600, 0644.",
};

export const outputFlags = inGroup("Where the answer goes:", [
  repeated("-o, --output <file>", "write the body to a file; - for stdout; one for each URL", fileName),
  toggle("-O, --remote-name", "write the body to a file named as in the URL"),
  toggle("--remote-name-all", "-O for every URL without an -o"),
  toggle("-J, --remote-header-name", "with -O: the name that the server gives it, where that is safe"),
  parsed("--output-dir <folder>", "the folder of what -o and -O write", fileName),
  toggle("--create-dirs", "make the folders that are not there"),
  parsed("--create-file-mode <mode>", "the permissions of new files", fileMode).hideHelp(),
  toggle("--no-clobber", "leave a file that is there, and write file.1"),
  toggle("--remove-on-error", "remove the file of a body that did not come whole"),
  toggle("-R, --remote-time", "give the file the time of Last-Modified"),
  parsed("-C, --continue-at <offset>", "go on with the file where it ended (-), or at this byte", {
    read: (given) => (/^(?:-|\d{1,15})$/.test(given) ? given : undefined),
    takes: 'It takes "-", where the file itself says where it ends, or a number of bytes.',
  }),
  toggle("-i, --include", "print the response's head before its body"),
  parsed("-D, --dump-header <file>", "write the heads to a file; - for stdout", fileName),
  parsed("--etag-save <file>", "write the answer's ETag to a file", fileName),
  text("-w, --write-out <format>", '"%{http_code}" and the like at the end; "%{json}" for all'),
  reportFlag,
  toggle("-s, --silent", "print nothing but the body and errors"),
  toggle("-S, --show-error", "accepted for curl's sake: errors are always shown").hideHelp(),
  toggle("-v, --verbose", "show every phase, the chain, and both heads; credentials are masked"),
  toggle("--trace-time", "accepted for curl's sake: what -v tells has its durations").hideHelp(),
  toggle("-#, --progress-bar", "accepted for curl's sake").hideHelp(),
  toggle("--no-progress-meter", "leave out the line that moves while a file comes"),
  parsed("--stderr <file>", "write what goes to stderr to a file; - for stdout", fileName),
  toggle("-N, --no-buffer", "hold nothing back, nor show JSON in colour").hideHelp(),
  toggle("-Z, --parallel", "ask for several URLs at the same time"),
  parsed("--parallel-max <number>", "so many at the same time; 50 when left out", {
    read: whole(1, 65_535),
    takes: `It takes a whole number above 0; no more than ${parallelTransfers.value} are made.`,
  }),
  toggle("--parallel-immediate").hideHelp(),
]);

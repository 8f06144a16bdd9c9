/** Runs before each test file: records the codes that its tests see, and hands them on with the file's results. */
import { afterAll } from "vitest";
import { seenCodes, startRecording } from "./recorder.ts";

declare module "vitest" {
  interface TaskMeta {
    /** The codes that the tests of a file saw. */
    seenCodes?: readonly string[];
  }
}

startRecording();
// eslint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from the first parameter.
afterAll(({}, file) => {
  file.meta.seenCodes = seenCodes();
});

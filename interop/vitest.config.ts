/**
 * How the tests against other people's servers run: two files at a time, each with servers of its own on ports of its own. One
 * at a time took twenty minutes, of which most was waiting.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["interop/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});

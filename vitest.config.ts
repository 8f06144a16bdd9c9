/** How the project's own tests run: beside their subjects in `src`, and in `test` where rooms meet. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // For what hangs. Tests wait for events, which on a busy machine take ten times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    setupFiles: ["test/seen/setup.ts"],
    globalSetup: ["test/seen/judge.ts"],
    // A failure is shown at the line of the test, not where what it was handed is recorded.
    onStackTrace: (_error, { file }) => !file.endsWith("test/seen/recorder.ts"),
  },
});

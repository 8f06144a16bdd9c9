/** How the tests against other people's servers run: one at a time, because each starts a real server. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["interop/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});

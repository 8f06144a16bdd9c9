/** LOG: levels, the device's line layout, and where lines go. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  cs_log_set_file_level,
  cs_log_set_level,
  cs_log_set_sink,
  LL_DEBUG,
  LL_ERROR,
  LL_INFO,
  LL_NONE,
  LL_VERBOSE_DEBUG,
  LL_WARN,
  LOG,
} from "./log.ts";

let lines: (readonly [line: string, level: number])[] = [];
beforeEach(() => {
  lines = [];
  cs_log_set_sink((line, level) => lines.push([line, level]));
});
afterEach(() => {
  cs_log_set_sink(null);
  cs_log_set_level(LL_INFO);
  cs_log_set_file_level(null);
});

describe("a line", () => {
  it("begins with file and line number, padded to 24 columns, and then has the text", () => {
    LOG(LL_INFO, ["status %d bytes %llu", 200, 1234n]);
    const line = lines[0]?.[0] ?? "";
    expect(line).toMatch(/^log\.test\.ts:\d+ +status 200 bytes 1234$/);
    expect(line.indexOf("status")).toBe(24);
  });

  it("takes its arguments one by one as well", () => {
    LOG(LL_ERROR, "%s", "text");
    expect(lines).toEqual([[expect.stringMatching(/ text$/), LL_ERROR]]);
  });
});

describe("levels", () => {
  it("LL_INFO is the first that is on, and LL_NONE turns all off", () => {
    for (const level of [LL_ERROR, LL_WARN, LL_INFO, LL_DEBUG, LL_VERBOSE_DEBUG] as const) LOG(level, "x");
    expect(lines.map(([, level]) => level)).toEqual([0, 1, 2]);
    cs_log_set_level(LL_NONE);
    LOG(LL_ERROR, "x");
    expect(lines).toHaveLength(3);
  });

  it("may differ by file", () => {
    cs_log_set_file_level("other.ts=0,log.test=4");
    LOG(LL_VERBOSE_DEBUG, "x");
    expect(lines).toHaveLength(1);
    cs_log_set_file_level("log.test=0");
    LOG(LL_INFO, "x");
    expect(lines).toHaveLength(1);
  });
});

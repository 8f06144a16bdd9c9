/** How far a download is, in words. */
import { expect, it } from "vitest";
import { renderBytes, renderProgress } from "./progress.ts";

it.each([
  [0, 100, "[>                       ]   0 %  0 B of 100 B"],
  [50, 100, "[============>           ]  50 %  50 B of 100 B"],
  [99.9, 100, "[=======================>]  99 %  100 B of 100 B"],
  [100, 100, "[========================] 100 %  100 B of 100 B"],
  [200, 100, "[========================] 100 %  200 B of 100 B"],
  [2048, undefined, "2.0 KiB so far"],
  [0, 0, "0 B so far"],
] as const)("%d of %s bytes are %s", (done, total, text) => {
  expect(renderProgress(done, total)).toBe(text);
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536 * 1024, "1.5 MiB"],
  [3 * 1024 ** 3, "3.0 GiB"],
  [2 ** 52, "4096.0 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(renderBytes(bytes)).toBe(text);
});

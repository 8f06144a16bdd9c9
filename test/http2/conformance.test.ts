/** The vectors nobody here wrote, where they lie beside the project; `npm run conformance` runs any others. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { judgeFrames, judgeStories, type FrameFile, type StoryFile } from "../../tools/http2-vectors.ts";

const folder = new URL("../../../shared/vectors/http2/", import.meta.url);
const stories = new URL("hpack-stories.json.gz", folder);
const frames = new URL("frames.json", folder);

test.skipIf(!existsSync(stories))("every block of six programs is decoded, and encoded anew", () => {
  const file = JSON.parse(gunzipSync(readFileSync(stories)).toString("utf8")) as StoryFile;
  const judged = judgeStories(file);
  expect(judged.filter(({ complaint }) => complaint !== undefined)).toEqual([]);
  expect(file.stories).toHaveLength(110);
  expect(judged.length).toBeGreaterThan(3_000);
});

test.skipIf(!existsSync(frames))("every frame is read, or refused with an acceptable code", () => {
  const judged = judgeFrames(JSON.parse(readFileSync(frames, "utf8")) as FrameFile);
  expect(judged.filter(({ complaint }) => complaint !== undefined)).toEqual([]);
  expect(judged).toHaveLength(34);
});

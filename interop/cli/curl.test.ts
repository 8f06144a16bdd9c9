/** `meerkat curl` beside curl: the same words, run by both, come to the same bytes, files, exit code and requests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../servers/process.ts";
import { refused, same } from "./curl-lines.ts";
import { Lane } from "./lane.ts";

const hasCurl = findProgram("curl") !== undefined;
/** Much of the time of a line is a pause that it asks for. */
const laneCount = 4;

describe.skipIf(!hasCurl)("curl's words (skipped where curl is not installed)", { concurrent: true }, () => {
  let folder: string;
  let lanes: readonly Lane[];
  const free: Lane[] = [];
  const waiting: ((lane: Lane) => void)[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-words-"));
    const places = Array.from({ length: laneCount }, (_, number) => join(folder, String(number)));
    lanes = await Promise.all(places.map((place) => Lane.open(place)));
    free.push(...lanes);
  });
  afterAll(async () => {
    for (const lane of lanes) await lane[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** With a lane that nobody else uses meanwhile. */
  async function inLane<T>(use: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => void waiting.push(resolve)));
    try {
      return await use(lane);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    }
  }

  describe.each(Object.entries(same))("%s", (_group, lines) => {
    it.each(lines)("%s", (line) =>
      inLane(async (lane) => {
        const { stderr: said, ...expected } = await lane.byCurl(line);
        const { stderr, ...came } = await lane.byMeerkat(line);
        expect(came, `curl: ${said}\nmeerkat: ${stderr}`).toEqual(expected);
      }),
    );
  });

  it("has no flag that is unknown here: each is taken, or refused with a sentence of its own", async () => {
    const help = spawnSync("curl", ["--help", "all"], { encoding: "utf8" }).stdout;
    const names = [...help.matchAll(/^ (?:(-\S), | {4})(--\S+)/gm)].flatMap(([, short, long = ""]) =>
      short === undefined ? [long] : [short, long],
    );
    expect(names.length).toBeGreaterThan(240);
    await inLane(async (lane) => {
      const unknown: string[] = [];
      for (const name of names) {
        const { stderr } = await lane.byWords([name]);
        if (/Unknown option|^error: .*bug/s.test(stderr)) unknown.push(name);
      }
      expect(unknown).toEqual([]);
    });
  }, 300_000);

  describe("refused, with a sentence and what is here instead", () => {
    it.each(refused)("%s", (line) =>
      inLane(async (lane) => {
        const { exitCode, stdout, received, stderr } = await lane.byMeerkat(line);
        expect(exitCode).not.toBe(0);
        expect({ stdout, received }).toEqual({ stdout: "", received: [] });
        expect(stderr).toMatch(/^error: .+\.\nhint: .+\n$/s);
        expect(stderr).not.toMatch(/Unknown option/);
      }),
    );
  });
});

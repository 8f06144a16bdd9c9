/** Shards: what belongs to one network is in one of them, nothing is in two, and none is longer than it has to be. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { workLimits } from "../limits.ts";
import { groupShards, type Placed } from "./shards.ts";

const inOrder = (): number => 0.999;

describe("shards", () => {
  test("hold each endpoint once, and each network in one of them", () => {
    const endpoint = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map(String), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(endpoint, { maxLength: 400 }), fc.noShrink(fc.integer()), (all, seed) => {
        const placed = all.map((networks, i): Placed => ({ id: `e${i}`, networks }));
        let state = seed;
        const random = (): number => ((state = (state * 16_807) % 2_147_483_647) >>> 0) / 2 ** 32;
        const shards = groupShards(placed, random);
        const ids = shards.flatMap(({ endpoints }) => endpoints);
        expect(ids.toSorted()).toEqual(placed.map(({ id }) => id).toSorted());
        const networks = shards.flatMap((shard) => shard.networks);
        expect(new Set(networks).size).toBe(networks.length);
        for (const { id, networks: own } of placed) {
          const shard = shards.find(({ endpoints }) => endpoints.includes(id));
          for (const network of own) expect(shard?.networks).toContain(network);
        }
      }),
    );
  });

  test("are filled up to their length, unless one network has more", () => {
    const length = workLimits.shardLength.value;
    const small = Array.from({ length: 2 * length + 1 }, (_, i) => ({ id: `s${i}`, networks: [`n${i}`] }));
    const large = Array.from({ length: 2 * length }, (_, i) => ({ id: `l${i}`, networks: ["large"] }));
    const lengths = groupShards(small, inOrder).map(({ endpoints }) => endpoints.length);
    expect(lengths).toEqual([length, length, 1]);
    expect(groupShards(large, inOrder).map(({ endpoints }) => endpoints.length)).toEqual([2 * length]);
  });

  test("leave for the next round what is beyond the longest of them", () => {
    const most = workLimits.longestShard.value;
    const all = Array.from({ length: most + 1 }, (_, i) => ({ id: `e${i}`, networks: ["one"] }));
    expect(groupShards(all, inOrder).map(({ endpoints }) => endpoints.length)).toEqual([most]);
  });
});

/**
 * `npm run fuzz:http2 -- [ROUNDS [SEED]]`: tries changed frames and changed header blocks, a million in all unless it is
 * told otherwise. A round that fails is told with its seed, which alone repeats it: `npm run fuzz:http2 -- 1 SEED`.
 */
import { fuzzBlocks, fuzzFrames } from "../test/http2/mutated.ts";

const [rounds = "1000000", seed = "1"] = process.argv.slice(2);
const half = Math.ceil(Number(rounds) / 2);
fuzzFrames(half, Number(seed));
fuzzBlocks(half, Number(seed));
console.log(
  `${half} changed streams of frames and ${half} changed series of header blocks hold, from seed ${seed} on`,
);

/**
 * How the cost of reading what a peer sends grows with its size, for each reader at its bound. Fails where twice as
 * much costs more than about twice as long. `npm run bench:linear`
 */
import { isWithin, measureGrowth } from "../test/linear/growth.ts";
import { peerWorks } from "../test/linear/works.ts";

let failed = 0;
console.log("factor    ms at the bound");
for (const work of Object.values(peerWorks).flat()) {
  const growth = measureGrowth(work);
  const verdict = isWithin(growth) ? "" : "  NOT LINEAR";
  if (verdict !== "") failed++;
  console.log(
    `${growth.factor.toFixed(2).padStart(6)}  ${growth.ms.toFixed(3).padStart(8)}  ${work.what}${verdict}`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;

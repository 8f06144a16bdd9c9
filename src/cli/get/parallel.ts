/** `-Z`: several transfers at the same time (curl(1), --parallel, --parallel-max). */
import { parallelTransfers } from "../limits.ts";
import type { Plan } from "./plan.ts";

const usually = 50; // curl(1), --parallel-max.

/** What each comes to, in the order in which they end. */
export async function performInParallel<T>(
  plans: readonly Plan[],
  perform: (plan: Plan) => Promise<T>,
): Promise<readonly T[]> {
  const most = Math.min(plans[0]?.flags.parallelMax ?? usually, parallelTransfers.value);
  const endings: T[] = [];
  const waiting = [...plans];
  const work = async (): Promise<void> => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift())
      endings.push(await perform(plan));
  };
  await Promise.all(Array.from({ length: Math.min(most, plans.length) }, work));
  return endings;
}

/** One plan of a place at a time: between looking whether its queue is empty and filling it, nobody else fills it. */
import type * as BullMq from "bullmq";

export async function planOneByOne(plans: Pick<BullMq.Queue, "setGlobalConcurrency">): Promise<void> {
  await plans.setGlobalConcurrency(1);
}

/**
 * What is not done by two at a time, as advisory locks that end with their transaction. They are numbers of the whole database, of
 * which other programs may have some, too: the upper half of ours is `MRKT`. Whoever takes several takes them in this order.
 */
import type { Session } from "./driver.ts";

const numbers = {
  /** Making tables. */
  schema: 1,
  /** Changing what is listed: endpoints, bundles, channels, places. */
  lists: 2,
  /** Naming values and certificates, which many may do at a time; alone, forgetting those that nothing names. */
  naming: 3,
} as const;

const meerkat = 0x4d_52_4b_54;

/** Waits for it. `shared`: with others that share it. */
export async function lock(
  session: Session,
  what: keyof typeof numbers,
  { shared = false }: { readonly shared?: boolean } = {},
): Promise<void> {
  await session.query(
    `SELECT pg_advisory_xact_lock${shared ? "_shared" : ""}($1, $2)`,
    meerkat,
    numbers[what],
  );
}

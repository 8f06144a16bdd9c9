/**
 * Public roots that a root programme has named a last day for. Which of them Node carries depends on its version: newer
 * ones have dropped most. So the tests bring them along, and say the same on every Node.
 */
import { readFileSync } from "node:fs";

export const retiredRootsPem: string = readFileSync(new URL("retired-roots.pem", import.meta.url), "utf8");

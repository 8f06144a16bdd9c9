/** The experiments of a diagnosis: the instrumented attempt, and everything that changes one thing about it. */
export { inquire, type Explanation } from "./inquire.ts";
export { experimentLimits } from "./limits.ts";
export { runWhy, type WhyReport, type WhyRequest } from "./run-why.ts";

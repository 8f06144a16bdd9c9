/** What a decision changes, in the log. */
import type { Decision } from "../../fleet/index.ts";
import type { Log } from "../log-line.ts";

/** `name`: the endpoint's. */
export function sayChanges({ changes }: Pick<Decision, "changes">, name: string, log: Log): void {
  for (const { kind, alert } of changes)
    log({
      level: kind === "closed" ? "info" : "warning",
      event: `alert-${kind}`,
      sentence: alert.sentence,
      facts: { endpoint: name, rule: alert.rule, severity: alert.severity },
    });
}

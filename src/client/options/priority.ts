/** How much an answer is worth beside others on its connection (RFC 9218 §4), and how that is written. */
import { flag, readOptions, wholeNumber, type Checks } from "../../core/index.ts";

export interface Priority {
  /** From 0, the most urgent, to 7. Default 3. */
  readonly urgency?: number;
  /** Whether a part of it is of use before the rest has come. Default false. */
  readonly incremental?: boolean;
}

const priorityChecks: Checks<Priority> = { urgency: wholeNumber(0, 7), incremental: flag };

/** As the Priority field has it: a Dictionary of RFC 9651. @throws HttpsError `option-unknown`, `option-invalid` */
export function writePriority(priority: Priority): string {
  const { urgency, incremental } = readOptions(priority, priorityChecks);
  const members = [urgency === undefined ? "" : `u=${urgency}`, incremental === true ? "i" : ""];
  return members.filter((member) => member !== "").join(", ");
}

/** What goes out for a question without a body, for whoever asks over a connection of its own: diagnosis, and the visits of a watch. */
import { writeRequestHead } from "../../http1/index.ts";
import type { Outgoing } from "./call.ts";

export interface OutgoingQuestion extends Pick<Outgoing, "method" | "host" | "timeouts" | "asker"> {
  /** The request-target (RFC 9112 §3.2). */
  readonly path: string;
  readonly fields: Parameters<typeof writeRequestHead>[0]["fields"];
}

/** What a question has that nobody asks anything else of: it may be sent again, and leaves the connection open. */
export const plainQuestion: Omit<Outgoing, "method" | "host" | "head" | "timeouts" | "asker"> = {
  octets: undefined,
  body: { kind: "none" },
  secretHeaders: undefined,
  closes: false,
  expectContinueMs: undefined,
  idempotent: true,
  onUploadProgress: undefined,
  onDownloadProgress: undefined,
};

/** It may be sent again, and leaves the connection open. */
export function outgoingQuestion({
  method,
  host,
  path,
  fields,
  timeouts,
  asker,
}: OutgoingQuestion): Outgoing {
  const head = writeRequestHead({ method, target: path, fields, content: { kind: "none" } });
  return { ...plainQuestion, method, host, head, timeouts, asker };
}

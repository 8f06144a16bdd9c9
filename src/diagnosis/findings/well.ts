/** What had gone well before the finding. */
import type { AttemptSeen } from "../observation.ts";

/** That the certificate has nothing to do with it. */
export function tlsWasWell({ trust, scheme }: AttemptSeen): string[] {
  if (scheme === "http" || trust?.verdict?.trusted !== true) return [];
  return [
    `Not the certificate: TLS had completed, verified by ${trust.verdict.path.anchor.subject.display}, before the request was sent.`,
  ];
}

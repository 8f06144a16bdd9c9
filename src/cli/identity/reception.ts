/** What a server made of a client certificate that it was shown, in a sentence that claims no more than was seen. */
import type { Presented, Reception } from "../../survey/index.ts";
import { describeFailure } from "../frame/failure.ts";
import type { SettingNames } from "../../core/index.ts";

export function describeReception({ reception, version, sent }: Presented, names: SettingNames): object {
  const error =
    "error" in reception ? { error: { code: reception.error.code, message: reception.error.message } } : {};
  return {
    ...reception,
    ...error,
    version: version ?? null,
    sent: sent?.length ?? 0,
    says: explainReception({ reception, version, sent }, names),
  };
}

export function explainReception({ reception, version }: Presented, names: SettingNames): string {
  return explain(reception, `The server was shown it${version === undefined ? "" : ` in ${version}`}`, names);
}

/** Alerts that judge a certificate: RFC 8446 §6.2. */
const judging: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48, 49, 116]);

function explain(reception: Reception, shown: string, names: SettingNames): string {
  switch (reception.kind) {
    case "not-admitted":
      return `It was not shown to the server, as nobody vouches for that: ${describeFailure(reception.error, names).message}`;
    case "failed":
      return `It was not shown, as there was no second handshake: ${describeFailure(reception.error, names).message}`;
    case "not-asked":
      return "It was not shown, as the server did not ask for it.";
    case "not-sent":
      return "It was not shown: the server asked, and OpenSSL had no certificate whose key suits what it asks for.";
    case "refused":
      return judging.has(reception.number)
        ? `${shown} and refused it: alert ${reception.alert} (${reception.number}).`
        : `${shown} and ended the connection with the alert ${reception.alert} (${reception.number}): likely it refused it.`;
    case "closed":
      return reception.completed
        ? `${shown}, completed the handshake, and then ended the connection without a word: what stands behind its TLS may not accept the certificate.`
        : `${shown} and ended the connection without a word: likely it refused it.`;
    case "spoke":
      return `${shown} and went on to speak: its TLS took it.`;
    case "quiet":
      return `${shown} and did not refuse it within ${reception.quietMs / 1000} s${reception.completed ? "; it completed the handshake, so its TLS took it" : ""}.`;
  }
}

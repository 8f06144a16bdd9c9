/** Findings about statuses that name their own cause. */
import { renderSpan } from "../../core/index.ts";
import { parseChallenges, parseRetryAfter, type Field } from "../../http1/index.ts";
import { listOf } from "../experiment.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen } from "../observation.ts";
import { bodySentences, quote, withoutSecrets } from "./said.ts";
import { tlsWasWell } from "./well.ts";

export function statusFinding(
  evidence: Evidence,
  attempt: AttemptSeen,
  answer: AnswerSeen,
): DraftFinding | undefined {
  const { status } = answer;
  const said = (what: string): string => `${attempt.host} answered ${status}${what}.`;
  switch (status) {
    case 401:
    case 407:
      return credentialsFinding(evidence, attempt, answer);
    case 421:
      return makeFinding("wrong-server", {
        certainty: "certain",
        sentence: said(": this server is not the one for the host, it says itself"),
        evidence: [`The server name that was sent: ${attempt.sni ?? "none"}.`, ...tlsWasWell(attempt)],
      });
    case 426:
      return makeFinding("protocol-wanted", {
        certainty: "certain",
        sentence: said(
          `: it wants ${valueOf(answer, "upgrade").slice(0, shownCharacters) || "another protocol"} instead of HTTP/1.1`,
        ),
        evidence: tlsWasWell(attempt),
      });
    case 511:
      return makeFinding("network-login", {
        certainty: "certain",
        sentence: said(": the network wants a login before it lets requests pass"),
        evidence: bodySentences(answer, evidence.question),
      });
    case 429:
      return rateLimited(evidence, attempt, answer);
    case 503:
      return valueOf(answer, "retry-after") === "" ? undefined : rateLimited(evidence, attempt, answer);
    default:
      return undefined;
  }
}

/** A field's lines as one; `""` where there is none. */
function valueOf({ fields }: AnswerSeen, name: string): string {
  return fields
    .filter(([other]) => other.toLowerCase() === name)
    .map(([, text]) => text)
    .join(", ");
}

/** What goes into a sentence unquoted: a peer may send as much as a head can hold. */
const shownCharacters = 80;

function credentialsFinding(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const { status } = answer;
  const [asks, sends] =
    status === 401 ? ["www-authenticate", "authorization"] : ["proxy-authenticate", "proxy-authorization"];
  const challenges = parseChallenges(valueOf(answer, asks));
  const names = [...new Set(challenges.map(({ scheme }) => scheme))];
  const which = names.length === 0 ? ", and names no scheme for it" : ` by the scheme ${listOf(names)}`;
  const sent = evidence.question.fields.find(([name]) => name.toLowerCase() === sends);
  const error = challenges
    .map(({ parameters }) => parameters)
    .filter((parameters) => parameters.has("error"))
    .map((parameters) => ({
      code: withoutSecrets(parameters.get("error") ?? "", evidence.question),
      described: withoutSecrets(parameters.get("error_description") ?? "", evidence.question),
    }))[0];
  const lines = [
    ...challengeSentences(error),
    ...bodySentences(answer, evidence.question),
    ...tlsWasWell(attempt),
    ...(status === 407
      ? ["Only a proxy should answer 407 (RFC 9110 §15.5.8); this came from the site itself."]
      : []),
  ];
  if (sent === undefined)
    return makeFinding("credentials-wanted", {
      certainty: "certain",
      sentence: `${attempt.host} answered ${status}: it wants credentials${which}.`,
      evidence: lines,
    });
  return makeFinding(
    "credentials-wanted",
    refusedCredentials({ attempt, answer, sent, error, which, lines }),
  );
}

interface Refused {
  readonly attempt: AttemptSeen;
  readonly answer: AnswerSeen;
  readonly sent: Field;
  readonly error: BearerError | undefined;
  readonly which: string;
  readonly lines: readonly string[];
}

/** Credentials were sent, and are not accepted: RFC 9110 §15.5.2, RFC 6750 §3.1. */
function refusedCredentials({ attempt, answer, sent, error, which, lines }: Refused): {
  readonly certainty: "certain";
  readonly sentence: string;
  readonly evidence: readonly string[];
  readonly client: string;
} {
  const { code, described = "" } = error ?? {};
  const isToken = code === "invalid_token";
  const what = isToken ? "the token" : "the credentials";
  const why = described === "" ? "" : `: ${quote(described)}`;
  return {
    certainty: "certain",
    sentence: `${attempt.host} answered ${answer.status}: it refuses ${what} that the request carries${why}.`,
    evidence: [`The request has the field ${sent[0]}; the server wants credentials${which}.`, ...lines],
    client: isToken
      ? "Get a new token: this one expired, was revoked, or is not one for this server."
      : "Look at the credentials: whether they are current, for this server, and of the scheme that it names.",
  };
}

/** RFC 6750 §3: what a Bearer challenge says of the token. */
interface BearerError {
  readonly code: string;
  readonly described: string;
}

function challengeSentences(error: BearerError | undefined): string[] {
  if (error === undefined) return [];
  const { code, described } = error;
  return [`Its challenge says: ${quote(described === "" ? code : `${code}: ${described}`)}.`];
}

function rateLimited(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const { status } = answer;
  const after = valueOf(answer, "retry-after");
  const waitMs = after === "" ? undefined : parseRetryAfter(after, evidence.local.at);
  const wait = waitMs === undefined ? "" : ` It asks to wait ${renderSpan(waitMs)}.`;
  return makeFinding("rate-limited", {
    certainty: status === 429 ? "certain" : "likely",
    sentence: `${attempt.host} answered ${status}: ${status === 429 ? "it has been asked too often" : "it cannot answer now, and says when to come back"}.${wait}`,
    evidence: [
      after === "" ? "It sent no Retry-After." : `Retry-After: ${after.slice(0, shownCharacters)}.`,
      "It was not asked again, so as not to make it worse.",
      ...bodySentences(answer, evidence.question),
      ...tlsWasWell(attempt),
    ],
    ...(after === "" ? { client: "Ask less often: it does not say how long to wait." } : {}),
  });
}

/** What to do about a status, where it says more than that something is wrong: RFC 9110 §15.5, §15.6. */
export function adviceFor(
  answer: AnswerSeen,
): { readonly client: string; readonly server?: string } | undefined {
  const { status } = answer;
  const allow = valueOf(answer, "allow").slice(0, shownCharacters);
  switch (status) {
    case 404:
      return { client: "Look at the URL's path: the server has nothing there, or does not show it to you." };
    case 405:
      return { client: `Use a method that is allowed here${allow === "" ? "" : `: ${allow}`}.` };
    case 406:
      return { client: "Accept another type: the server has none of those that the request names." };
    case 410:
      return { client: "Look for where it moved to: the server says that it is gone for good." };
    case 414:
      return { client: "Shorten the URL." };
    case 431:
      return { client: "Send fewer or shorter header fields; cookies are the usual cause." };
    case 451:
      return { client: "Read what the answer says of the legal reason." };
    case 502:
    case 504:
      return {
        client: "Try again later: a gateway answered, and the server behind it did not.",
        server: "Look at the server behind the gateway, and at the gateway's way there.",
      };
    case 503:
      return {
        client: "Try again later, with pauses.",
        server: "Look at the load, at deployments, and at what the server waits for; send Retry-After.",
      };
    default:
      return undefined;
  }
}

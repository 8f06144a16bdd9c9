/** Findings about statuses that name their own cause. */
import { renderSpan } from "../../core/index.ts";
import { parseChallenges, parseRetryAfter, type Field } from "../../http1/index.ts";
import { listOf } from "../experiment.ts";
import { makeFinding, type DraftFinding, type FindingParts } from "../finding.ts";
import { spokenIn } from "../http-version.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen } from "../observation.ts";
import { armSentence, bodySentences, quote, withoutSecrets } from "./said.ts";
import { turnedByVersion, versionArm } from "./version.ts";
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
    case 403:
      return hasTokenError(answer) ? credentialsFinding(evidence, attempt, answer) : undefined;
    case 421: {
      const foreign = foreignHost(evidence, answer);
      const other = withOtherVersion(evidence, attempt);
      return makeFinding("wrong-server", {
        certainty: "certain",
        sentence: said(": this server is not the one for the host, it says itself"),
        ...other,
        evidence: [
          `The server name that was sent: ${attempt.sni ?? "none"}.`,
          ...hostSentences(foreign),
          ...other.evidence,
        ],
        ...(foreign === undefined ? {} : { client: withoutHost, fault: "caller" }),
      });
    }
    case 426: {
      const wanted = valueOf(answer, "upgrade").slice(0, shownCharacters) || "another protocol";
      return makeFinding("protocol-wanted", {
        certainty: "certain",
        sentence: said(`: it wants ${wanted} instead of ${spokenIn(attempt)}`),
        ...withOtherVersion(evidence, attempt),
      });
    }
    case 511:
      return makeFinding("network-login", {
        certainty: "certain",
        sentence: said(": the network wants a login before it lets requests pass"),
        evidence: bodySentences(answer, evidence.question),
      });
    case 429:
      return rateLimited(evidence, attempt, answer);
    default:
      return undefined;
  }
}

/** What the other version of HTTP gave, where it was asked for. */
function withOtherVersion(
  evidence: Evidence,
  attempt: AttemptSeen,
): Pick<FindingParts, "evidence" | "client"> {
  const arm = versionArm(evidence);
  const lines = arm === undefined ? [] : [armSentence(arm)];
  const { client } = turnedByVersion(evidence, attempt) ?? {};
  return { evidence: [...lines, ...tlsWasWell(attempt)], client };
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
    status === 407 ? ["proxy-authenticate", "proxy-authorization"] : ["www-authenticate", "authorization"];
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
      scope: parameters.get("scope") ?? "",
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
      ...(status === 407
        ? {
            client:
              "Check the URL: what answers is likely a proxy. If it is meant, send a Proxy-Authorization field.",
          }
        : {}),
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
  const what = code === "invalid_token" || code === "insufficient_scope" ? "the token" : "the credentials";
  const why = described === "" ? "" : `: ${quote(described)}`;
  return {
    certainty: "certain",
    sentence: `${attempt.host} answered ${answer.status}: it refuses ${what} that the request carries${why}.`,
    evidence: [`The request has the field ${sent[0]}; the server wants credentials${which}.`, ...lines],
    client: adviseCredentials(error),
  };
}

function adviseCredentials(error: BearerError | undefined): string {
  if (error?.code === "invalid_token")
    return "Get a new token: this one expired, was revoked, or is not one for this server.";
  if (error?.code === "insufficient_scope")
    return `Get a token that covers this${error.scope === "" ? "" : ` (scope ${quote(error.scope)})`}: the server knows the one that was sent.`;
  return "Look at the credentials: whether they are current, for this server, and of the scheme that it names.";
}

/** Whether the challenge says what is wrong with a token: RFC 6750 §3.1 has 403 for a scope that is too small. */
function hasTokenError(answer: AnswerSeen): boolean {
  return parseChallenges(valueOf(answer, "www-authenticate")).some(({ parameters }) =>
    parameters.has("error"),
  );
}

/** RFC 6750 §3: what a Bearer challenge says of the token. */
interface BearerError {
  readonly code: string;
  readonly described: string;
  readonly scope: string;
}

function challengeSentences(error: BearerError | undefined): string[] {
  if (error === undefined) return [];
  const { code, described } = error;
  return [`Its challenge says: ${quote(described === "" ? code : `${code}: ${described}`)}.`];
}

function rateLimited(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const pause = pauseOf(evidence, answer);
  return makeFinding("rate-limited", {
    certainty: "certain",
    sentence: `${attempt.host} answered ${answer.status}: it has been asked too often.${pause.says}`,
    evidence: [
      ...pause.evidence,
      "It was not asked again, so as not to make it worse.",
      ...bodySentences(answer, evidence.question),
      ...tlsWasWell(attempt),
    ],
    ...(pause.says === "" ? { client: "Ask less often: it does not say how long to wait." } : {}),
  });
}

/** What Retry-After asks for: RFC 9110 §10.2.3. */
export function pauseOf(
  evidence: Evidence,
  answer: AnswerSeen,
): { readonly says: string; readonly evidence: readonly string[] } {
  const after = valueOf(answer, "retry-after");
  const waitMs = after === "" ? undefined : parseRetryAfter(after, evidence.local.at);
  return {
    says: waitMs === undefined ? "" : ` It asks to wait ${renderSpan(waitMs)}.`,
    evidence: [after === "" ? "It sent no Retry-After." : `Retry-After: ${after.slice(0, shownCharacters)}.`],
  };
}

/** The Host field, where the caller set it to another host than the URL's. */
export function foreignHost({ question }: Evidence, { url }: AnswerSeen): string | undefined {
  const host = question.fields.find(([name]) => name.toLowerCase() === "host")?.[1];
  const authority = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1];
  const plain = (text: string): string => text.toLowerCase().replace(/:\d+$/, "");
  return host === undefined || authority === undefined || plain(host) === plain(authority) ? undefined : host;
}

export function hostSentences(foreign: string | undefined): string[] {
  return foreign === undefined
    ? []
    : [`The request's Host field names ${quote(foreign)}, which is not the URL's host.`];
}

export const withoutHost = "Leave the Host field out: it names another host than the URL.";

/** What to do about a status, where it says more than that something is wrong: RFC 9110 §15.5, §15.6. */
export function adviceFor(answer: AnswerSeen): Advice | undefined {
  const { status } = answer;
  const advice = byStatus[status];
  const allow = valueOf(answer, "allow").slice(0, shownCharacters);
  if (status === 405)
    return { client: `Use a method that is allowed here${allow === "" ? "" : `: ${allow}`}.`, ...ofCaller };
  if (advice !== undefined || status < 520 || status > 526 || valueOf(answer, "cf-ray") === "") return advice;
  return {
    client: "Try again later: Cloudflare answered, and got no good answer from the server behind it.",
    server: `Look at the way from Cloudflare to the server behind it: ${cloudflareStatuses[status] ?? "it failed"}.`,
  };
}

interface Advice {
  readonly client: string;
  readonly server?: string;
  readonly fault?: "caller";
}

/** RFC 9110 §15.5: the client seems to have erred. */
const ofCaller = { fault: "caller" } as const;

const gateway: Advice = {
  client: "Try again later: a gateway answered, and the server behind it did not.",
  server: "Look at the server behind the gateway, and at the gateway's way there.",
};

const byStatus: Readonly<Partial<Record<number, Advice>>> = {
  400: { client: "Look at the request: the server says that it is at fault.", ...ofCaller },
  402: { client: "Look at the account: the server wants a payment.", ...ofCaller },
  404: {
    client: "Look at the URL's path: the server has nothing there, or does not show it to you.",
    ...ofCaller,
  },
  406: { client: "Accept another type: the server has none of those that the request names.", ...ofCaller },
  410: { client: "Look for where it moved to: the server says that it is gone for good.", ...ofCaller },
  411: { client: "Send a body of a stated length (Content-Length).", ...ofCaller },
  413: { client: "Send less: the server takes no content as long as this.", ...ofCaller },
  414: { client: "Shorten the URL.", ...ofCaller },
  415: { client: "Send another type of content, or another Content-Type.", ...ofCaller },
  416: { client: "Leave the Range field out, or ask for a range that is there.", ...ofCaller },
  417: { client: "Leave the Expect field out.", ...ofCaller },
  431: { client: "Send fewer or shorter header fields; cookies are the usual cause.", ...ofCaller },
  451: { client: "Read what the answer says of the legal reason." },
  502: gateway,
  503: {
    client: "Try again later, with pauses.",
    server: "Look at the load, at deployments, and at what the server waits for; send Retry-After.",
  },
  504: gateway,
};

/** Cloudflare's own, by its documents. */
const cloudflareStatuses: Readonly<Partial<Record<number, string>>> = {
  521: "it refused the connection",
  522: "its TCP connection timed out",
  523: "it could not be reached",
  524: "it did not answer in time",
  525: "the TLS handshake failed",
  526: "its certificate is not valid",
};

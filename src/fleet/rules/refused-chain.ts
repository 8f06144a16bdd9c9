/** What is wrong with a chain whoever looks at it: a certificate is missing, or was revoked. One look decides it. */
import type { Concern, RuleName } from "../alert.ts";
import type { ShownFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { ShownVerdict } from "../visit.ts";
import type { Rule } from "./rule.ts";
import { saySeen, sayVariant } from "./wording.ts";

/** Codes of the catalogue that a rule of their own speaks of. */
export const chainCodes: Readonly<Record<"chain-incomplete" | "revoked" | "path-ends", string>> = {
  "chain-incomplete": "missing-intermediate",
  revoked: "revoked",
  "path-ends": "expired",
};

export const chainIncomplete: Rule = {
  title: "The chain is incomplete",
  authority:
    "RFC 8446 §4.4.2: each certificate that is sent certifies the one before it, and only the root may be left out.",
  check: (situation) =>
    explainCode("chain-incomplete", situation, {
      says: ({ missing }) =>
        `sends a chain that ends at ${missing === undefined ? "an issuer" : missing}, whose certificate it does not send and which is not among the roots: clients that do not have it refuse the connection`,
      remedy:
        "Have the server send the whole chain (the file that most CAs call fullchain): its own certificate, then each issuer's, the root left out. If that issuer is a root of your own, the watch needs it: --cacert FILE, or roots in the configuration.",
    }),
};

export const revoked: Rule = {
  title: "A certificate was revoked",
  authority: "RFC 5280 §5 and RFC 6960 §2.2: a certificate that its CA has revoked is not to be believed.",
  check: (situation) =>
    explainCode("revoked", situation, {
      says: () => "shows a certificate that its CA has revoked: clients that look at revocation refuse it",
      remedy:
        "Take a new certificate with a new key, and install it; ask the CA why the old one was revoked, for its key may be known to others.",
    }),
};

interface Wording {
  readonly says: (verdict: Extract<ShownVerdict, { trusted: false }>) => string;
  readonly remedy: string;
}

function explainCode(
  rule: Extract<RuleName, "chain-incomplete" | "revoked">,
  { endpoint, seen }: Situation,
  { says, remedy }: Wording,
): readonly Concern[] {
  const found = seen.filter((fact) => codeOf(fact) === chainCodes[rule]);
  const [first] = found;
  if (first === undefined || first.value.verdict.trusted) return [];
  const others = seen.length - found.length;
  const where = others > 0 ? ` at ${sayVariant(first.variant)}` : "";
  return [
    {
      rule,
      subject: "",
      severity: "critical",
      sentence: `${endpoint.name}${where} ${says(first.value.verdict)}.`,
      evidence: [first.value.verdict.sentence, saySeen(found)],
      remedy,
      sure: "certain",
    },
  ];
}

export function codeOf({ value: { verdict } }: ShownFact): string | undefined {
  return verdict.trusted ? undefined : verdict.code;
}

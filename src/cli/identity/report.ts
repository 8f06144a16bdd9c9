/** What is said of a client certificate and one server: as data, and for a person. */
import { trustPorts } from "../../admission/index.ts";
import { type CertificateRequest, type HelloVersion, renderInstant, showControls } from "../../core/index.ts";
import { type DeviceProfile, identityClientOf } from "../../device/index.ts";
import {
  adviseIdentity,
  explainIdentity,
  identityAuthorities,
  type IdentityOutlook,
  identitySeverities,
  type IdentitySeverity,
  type IdentityVerdict,
  judgeIdentity,
  unseenOfIdentity,
} from "../../trust/index.ts";
import { parseName } from "../../x509/index.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";
import type { ClientIdentity } from "./read.ts";

/** What a server asks, and in which version; `asked` is `undefined` where that is not known. */
export interface Asking {
  readonly asked: CertificateRequest | "not-asked" | undefined;
  readonly version: HelloVersion | undefined;
}

/** `undefined` where the file's own certificate cannot be read. */
export function judgeFor(
  { certificates, keyMatches, isWhole }: ClientIdentity,
  {
    asked,
    version,
    at,
    profile,
  }: Asking & { readonly at: number; readonly profile: DeviceProfile | undefined },
): IdentityVerdict | undefined {
  const client = profile && identityClientOf(profile);
  return judgeIdentity({ certificates, isWhole, at, keyMatches, asked, version, client }, trustPorts);
}

/** How much it matters, at the most; `undefined` where nothing was found. */
export function worstOfIdentity({ findings }: IdentityVerdict): IdentitySeverity | undefined {
  const found = findings.map(({ code }) => identitySeverities[code]);
  return (["error", "warning", "note"] as const).find((severity) => found.includes(severity));
}

export function describeIdentity(
  { file, certificates }: ClientIdentity,
  verdict: IdentityVerdict | undefined,
): object {
  return {
    file,
    subject: certificates[0]?.subject.text ?? null,
    outlook: verdict?.outlook ?? null,
    findings: (verdict?.findings ?? []).map((finding) => ({
      ...finding,
      severity: identitySeverities[finding.code],
      says: explainIdentity(finding),
      authority: identityAuthorities[finding.code],
      remedy: adviseIdentity(finding) ?? null,
    })),
    until: verdict === undefined ? null : new Date(verdict.untilAt).toISOString(),
    unseen: unseenOfIdentity,
  };
}

export function describeAsked({ asked }: Asking): object | "not-asked" | null {
  if (asked === undefined || asked === "not-asked") return asked ?? null;
  return { ...asked, authorities: namesOf(asked) };
}

function namesOf({ authorities }: CertificateRequest): readonly string[] {
  return authorities.map((der) => {
    const name = parseName(der);
    return name === undefined ? "(a name that cannot be read)" : name.text || "(an empty name)";
  });
}

const namesShown = 10; // Enough for a look; --json has them all.

/** What the server asks of clients. */
export function renderAsked(asking: Asking, { style, width }: Output): string[] {
  const { asked } = asking;
  if (asked === undefined) return [];
  if (asked === "not-asked")
    return wrapText("It asks for no client certificate in the handshake.", { width });
  const names = namesOf(asked);
  const more = names.length > namesShown ? `; and ${names.length - namesShown} more (--json has all)` : "";
  const facts = [
    [
      "issued by",
      names.length === 0 ? "anyone: it names no CA" : `${names.slice(0, namesShown).join("; ")}${more}`,
    ],
    ["signatures", asked.signatureAlgorithms.join(", ")],
    ["types", asked.certificateTypes.join(", ")],
  ] as const;
  const told = facts
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, showControls(text)] as const);
  return [
    style.bold("It asks clients for a certificate"),
    ...renderFacts(told, { width, indent: "  ", label: style.dim }),
  ];
}

const headlines: Readonly<Record<IdentityOutlook, string>> = {
  "not-asked": "is not asked for",
  unusable: "cannot work where the rules are kept",
  "likely-refused": "is likely refused",
  "nothing-against": "may work: nothing here speaks against it",
};

/** The verdict, under a headline; a `subject` says with whom. */
export function renderIdentity(
  { file, certificates }: ClientIdentity,
  { verdict, out: { style, width } }: { readonly verdict: IdentityVerdict; readonly out: Output },
): string[] {
  const colours = { error: style.red, warning: style.yellow, note: style.dim };
  const name = certificates[0]?.subject.display ?? file;
  const headline = `The client certificate ${showControls(name)} ${headlines[verdict.outlook]}.`;
  const colour = colours[worstOfIdentity(verdict) ?? "note"];
  return [
    verdict.outlook === "nothing-against" ? style.green(headline) : colour(headline),
    ...verdict.findings.flatMap((finding) => {
      const severity = identitySeverities[finding.code];
      const says = `${severity}: ${explainIdentity(finding)} (${identityAuthorities[finding.code]})`;
      const [first = "", ...rest] = wrapText(showControls(says), { width });
      const remedy = adviseIdentity(finding);
      return [
        colours[severity](`${severity}:`) + first.slice(severity.length + 1),
        ...[
          ...rest,
          ...(remedy === undefined ? [] : wrapText(`hint: ${showControls(remedy)}`, { width })),
        ].map((line) => `  ${line}`),
      ];
    }),
    ...wrapText(
      `Its chain is good until ${renderInstant(verdict.untilAt)}, by its dates. ${unseenOfIdentity}`,
      {
        width,
      },
    ).map(style.dim),
  ];
}

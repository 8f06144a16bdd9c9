/** Certificates in plain words, for a terminal. */
import { renderInstant, renderList, showControls } from "../../core/index.ts";
import type { Certificate } from "../../x509/index.ts";
import { renderFacts } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";
import type { CertificateDescription, Standing } from "./describe.ts";
import type { Link } from "./links.ts";

/** One certificate of a list, ready to be shown. */
export interface ShownCertificate {
  readonly certificate: Certificate;
  readonly description: CertificateDescription;
  readonly link: Link;
}

const roles: Readonly<Record<CertificateDescription["role"], string>> = {
  root: "root CA",
  intermediate: "intermediate CA",
  server: "server",
  client: "client",
  other: "other purpose",
};

/** The certificate at `index` of a list: a headline, then its facts. */
export function renderCertificate(
  shown: ShownCertificate,
  index: number,
  { style, width }: Output,
): string[] {
  const { certificate, description, link } = shown;
  const { standing } = description;
  const colour = { current: style.green, expired: style.red, "not-yet-valid": style.red }[
    standing satisfies Standing
  ];
  const period = `${renderInstant(certificate.notBeforeAt)} to ${renderInstant(certificate.notAfterAt)}`;
  const facts = [
    ["names", renderAll(description.names)],
    ["issuer", `${description.issuer}, ${renderLink(link)}`],
    ["valid", `${period} (${description.standingText})`],
    ["key", `${description.key}, signed with ${description.signatureAlgorithm}`],
    ["may", renderUse(description)],
    ["allows", renderAll(description.permitted)],
    ["forbids", renderAll(description.excluded)],
    ["revocation", renderRevocation(description)],
    ["logged", description.timestamps === 0 ? "" : `${description.timestamps} certificate timestamps`],
    ["issuer at", renderList(description.issuerUrls)],
    ["serial", description.serial],
    ["sha256", description.sha256],
    ["pin", description.pin],
    ...description.oddities.map((oddity) => ["note", oddity] as const),
  ] as const;
  const told = facts
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, showControls(text)] as const);
  const headline = `${index + 1}  ${style.bold(showControls(description.name))}  ${roles[description.role]}`;
  return [
    standing === "current" ? headline : `${headline}  ${colour(description.standingText)}`,
    ...renderFacts(told, { width, indent: "   ", label: style.dim }),
  ];
}

const namesShown = 20; // Enough for a look; --json has them all.

function renderAll(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).join(", ");
  return names.length > namesShown
    ? `${shown} and ${names.length - namesShown} more (--json has all)`
    : shown;
}

function renderLink(link: Link): string {
  switch (link.kind) {
    case "self-signed":
      return "itself (signature checked)";
    case "signed-by":
      return `which is ${link.issuer + 1} here (signature checked)`;
    case "namesake":
      return `the name of ${link.issuer + 1} here, whose key did not sign it`;
    case "elsewhere":
      return "which is not here";
  }
}

function renderUse({ isCa, pathLength, keyUsage, extendedKeyUsage }: CertificateDescription): string {
  const below = pathLength === null ? "" : `, with ${pathLength} CAs below`;
  const parts = [isCa ? [`issue certificates${below}`] : [], keyUsage, extendedKeyUsage].map((part) =>
    part.join(", "),
  );
  return parts.filter((part) => part !== "").join("; ");
}

function renderRevocation({ ocspUrls, crlUrls, mustStaple }: CertificateDescription): string {
  const parts = [
    ...(ocspUrls.length === 0 ? [] : [`OCSP at ${renderList(ocspUrls)}`]),
    ...(crlUrls.length === 0 ? [] : [`CRL at ${renderList(crlUrls)}`]),
    ...(mustStaple ? ["a stapled answer is required (must-staple)"] : []),
  ];
  return parts.join("; ");
}

/**
 * A checked fleet as JUnit XML, which build servers show: a suite for each firmware, a test for each endpoint and one for
 * the bundle. `failure` is a verdict; `error` is an endpoint of which nothing could be learned.
 */
import type { EndpointVerdict, FirmwareVerdict, FleetOutcome } from "./fleet.ts";
import { explainFinding, isHurt, severityOfFinding, tellIdentity, unjudgedWithoutKey } from "./identity.ts";
import { findingRules, identityRules, verdictRules } from "./rules.ts";
import { renderIso } from "../../devices/dates.ts";

export function renderJunit({ file, at, firmwares }: FleetOutcome): string {
  const suites = firmwares.map((one) => describeSuite(one, at));
  const total = (key: "tests" | "failures" | "errors"): number =>
    suites.reduce((sum, suite) => sum + suite[key], 0);
  const counts = { tests: total("tests"), failures: total("failures"), errors: total("errors") };
  const head = writeTag("testsuites", { name: `meerkat check --fleet ${file}`, ...counts });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.map(({ text }) => text).join("")}</testsuites>\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly text: string;
}

function describeSuite(one: FirmwareVerdict, at: number): Suite {
  const { firmware, profile, endpoints, untilAt } = one;
  const broken = one.remarks.filter(({ finding }) => finding.severity === "error");
  const isBad = ({ verdict }: EndpointVerdict): boolean => verdict !== "connects" && verdict !== "unreached";
  const shown = endpoints.filter(({ identities }) => identities.length > 0);
  const hurt = shown.filter(({ identities }) => identities.some(isHurt));
  const counts = {
    tests: endpoints.length + shown.length + 1,
    failures: endpoints.filter(isBad).length + hurt.length + (broken.length > 0 ? 1 : 0),
    errors: endpoints.filter(({ verdict }) => verdict === "unreached").length,
  };
  // Without a zone and without milliseconds, as the readers of this format have it; it is UTC.
  const timestamp = renderIso(at).slice(0, 19);
  const properties = {
    device: profile.name,
    bundle: firmware.paths.join(", "),
    until: renderIso(untilAt),
    ...(firmware.count === undefined ? {} : { count: firmware.count }),
  };
  const lines = [
    `  ${writeTag("testsuite", { name: firmware.name, ...counts, time: 0, timestamp })}`,
    "    <properties>",
    ...Object.entries(properties).map(([name, value]) => `      ${writeEmpty("property", { name, value })}`),
    "    </properties>",
    ...describeBundle(
      one,
      broken.map(({ finding }) => findingRules[finding.kind].id),
    ),
    ...endpoints.flatMap((endpoint) => describeTest(firmware.name, endpoint)),
    ...shown.flatMap((endpoint) => describeIdentity(firmware.name, endpoint, untilAt)),
    "  </testsuite>",
  ];
  return { ...counts, text: `${lines.join("\n")}\n` };
}

/** All that is wrong with the file is one failure; what is only a warning is printed beside it. */
function describeBundle(
  { firmware, remarks }: FirmwareVerdict,
  broken: readonly string[],
): readonly string[] {
  const facts = { classname: firmware.name, name: "the bundle", time: 0 };
  if (remarks.length === 0) return [`    ${writeEmpty("testcase", facts)}`];
  const says = remarks.map(({ finding, says: text }) => `${finding.severity}: ${text}`);
  const [type = "", message = ""] = [
    broken[0],
    remarks.find(({ finding }) => finding.severity === "error")?.says,
  ];
  const failure = broken.length === 0 ? [] : [`      ${writeEmpty("failure", { type, message })}`];
  return [
    `    ${writeTag("testcase", facts)}`,
    ...failure,
    `      <system-out>${escapeXml(says.join("\n"))}</system-out>`,
    "    </testcase>",
  ];
}

function describeTest(
  classname: string,
  { endpoint, verdict, says, notes }: EndpointVerdict,
): readonly string[] {
  const facts = { classname, name: endpoint, time: 0 };
  const text = says.join("\n");
  const aside = (lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`      <system-out>${escapeXml(lines.join("\n"))}</system-out>`];
  if (verdict === "connects") {
    return [`    ${writeTag("testcase", facts)}`, ...aside([...says, ...notes]), "    </testcase>"];
  }
  const { id, title } = verdictRules[verdict];
  const element = verdict === "unreached" ? "error" : "failure";
  return [
    `    ${writeTag("testcase", facts)}`,
    `      ${writeTag(element, { type: id, message: says[0] ?? title })}${escapeXml(text)}</${element}>`,
    ...aside(notes),
    "    </testcase>",
  ];
}

/** The certificate that the firmware shows at an endpoint: a test of its own. */
function describeIdentity(
  classname: string,
  { endpoint, identities }: EndpointVerdict,
  untilAt: number,
): readonly string[] {
  const name = `${endpoint} (client certificate)`;
  const grave = identities
    .flatMap(({ findings }) => findings)
    .toSorted((a, b) => weights.indexOf(severityOfFinding(a)) - weights.indexOf(severityOfFinding(b)))
    .find((finding) => severityOfFinding(finding) !== "note");
  const says = identities.flatMap((one) => tellIdentity(one, untilAt));
  const isKeyless = identities.some(({ identity }) => identity.keyMatches === undefined);
  const out = [...says, ...(isKeyless ? [unjudgedWithoutKey] : [])].join("\n");
  return [
    `    ${writeTag("testcase", { classname, name, time: 0 })}`,
    ...(grave === undefined
      ? []
      : [
          `      ${writeEmpty("failure", { type: identityRules[grave.code].id, message: explainFinding(grave, untilAt) })}`,
        ]),
    `      <system-out>${escapeXml(out)}</system-out>`,
    "    </testcase>",
  ];
}

const weights = ["error", "warning", "note"] as const;

type Attributes = Readonly<Record<string, string | number>>;

function writeTag(name: string, attributes: Attributes): string {
  return `<${[name, ...writeAttributes(attributes)].join(" ")}>`;
}

function writeEmpty(name: string, attributes: Attributes): string {
  return `<${[name, ...writeAttributes(attributes)].join(" ")}/>`;
}

function writeAttributes(attributes: Attributes): readonly string[] {
  return Object.entries(attributes).map(
    // A line feed in an attribute would be read as a blank (XML 1.0 §3.3.3).
    ([name, value]) => `${name}="${escapeXml(String(value)).replaceAll("\n", "&#10;")}"`,
  );
}

/** Text as it can stand in an element or an attribute; what XML 1.0 cannot hold at all (§2.2) is replaced. */
export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")
    .replaceAll("\r", "&#13;")
    .replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}

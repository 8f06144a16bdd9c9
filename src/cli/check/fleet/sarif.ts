/** A checked fleet as SARIF 2.1.0 (OASIS), which code hosts show at the file: each result stands at a firmware's bundle. */
import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { AuditFinding } from "../../../bundle/index.ts";
import { version } from "../../../manifest/index.ts";
import type { FirmwareVerdict, FleetOutcome } from "./fleet.ts";
import { explainFinding, severityOfFinding } from "./identity.ts";
import { findingRules, identityRules, noteRule, type Rule, rules, verdictRules } from "./rules.ts";

const schemaUri =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** `home`: the working directory. A path below it is written relative, as code hosts want it. */
export function describeSarif({ firmwares, exitCode }: FleetOutcome, home: string): object {
  return {
    $schema: schemaUri,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "meerkat", version, semanticVersion: version, rules: rules.map(describeRule) },
        },
        invocations: [{ executionSuccessful: true, exitCode }],
        columnKind: "utf16CodeUnits",
        results: firmwares.flatMap((one) => describeFirmware(one, home)),
      },
    ],
  };
}

function describeRule({ id, title, help, level }: Rule): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: help },
    defaultConfiguration: { level },
  };
}

function describeFirmware(one: FirmwareVerdict, home: string): readonly object[] {
  const { firmware, endpoints, remarks } = one;
  const [path = ""] = firmware.paths;
  const place = { path, home };
  const findings = remarks.map(({ finding, says }) => {
    const rule = findingRules[finding.kind];
    return describeResult(
      {
        rule,
        level: finding.severity,
        text: `${firmware.name}: ${says}`,
        key: [firmware.name, keyOf(finding)],
      },
      { ...place, line: "line" in finding ? finding.line : undefined },
    );
  });
  const verdicts = endpoints.flatMap(({ endpoint, verdict, says }) => {
    if (verdict === "connects") return [];
    const rule = verdictRules[verdict];
    const text = `${firmware.name}, ${endpoint}: ${says.join(" ")}`;
    return [describeResult({ rule, level: rule.level, text, key: [firmware.name, endpoint] }, place)];
  });
  const notes = endpoints.flatMap(({ endpoint, notes: all }) =>
    all.map((says) => {
      const text = `${firmware.name}, ${endpoint}: ${says}`;
      return describeResult(
        { rule: noteRule, level: noteRule.level, text, key: [firmware.name, endpoint, says] },
        place,
      );
    }),
  );
  return [...findings, ...verdicts, ...notes, ...describeIdentities(one, home)];
}

/** Each at the certificate's own file. */
function describeIdentities(
  { firmware, endpoints, untilAt }: FirmwareVerdict,
  home: string,
): readonly object[] {
  return endpoints.flatMap(({ endpoint, identities }) =>
    identities.flatMap(({ site, identity: { file: path }, findings }) =>
      findings.map((finding) => {
        const rule = identityRules[finding.code];
        const at = site === undefined || endpoint.includes(site) ? endpoint : `${endpoint} at ${site}`;
        const text = `${firmware.name}, ${at}: ${explainFinding(finding, untilAt)}`;
        const key = [firmware.name, endpoint, site ?? "", path, "name" in finding ? finding.name : ""];
        return describeResult({ rule, level: severityOfFinding(finding), text, key }, { path, home });
      }),
    ),
  );
}

interface Result {
  readonly rule: Rule;
  readonly level: Rule["level"];
  readonly text: string;
  /** What tells it apart from others of its rule, today and in the next run. */
  readonly key: readonly string[];
}

interface Place {
  readonly path: string;
  readonly home: string;
  readonly line?: number | undefined;
}

function describeResult({ rule, level, text, key }: Result, { path, home, line }: Place): object {
  const identity = createHash("sha256")
    .update(JSON.stringify([rule.id, ...key]))
    .digest("hex");
  return {
    ruleId: rule.id,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path, home) },
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
      },
    ],
    partialFingerprints: { "meerkat/v1": identity },
  };
}

/** A URI reference (RFC 3986): relative below the working directory, else `file:`. */
function uriOf(path: string, home: string): string {
  const inside = relative(home, resolve(home, path));
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (isOutside) return pathToFileURL(resolve(home, path)).href;
  return inside.split(sep).map(encodeURIComponent).join("/");
}

/** What a finding is about, without what changes from day to day. */
function keyOf(finding: AuditFinding): string {
  if ("subject" in finding) return finding.subject;
  return finding.kind === "form" ? finding.remark.kind : "";
}

/** A diagnosis for a terminal: a line for each stage as it ends, then what was found. */
import { showControls } from "../../core/index.ts";
import {
  versionNames,
  type Diagnosis,
  type ExperimentReport,
  type Finding,
  type StageReport,
} from "../../diagnosis/index.ts";
import { renderFacts, wrapText } from "../frame/layout.ts";
import type { Output } from "../frame/output.ts";

/** What a stage is called: that of HTTP by the version that was spoken. */
export function titleOf({ stage, protocol }: StageReport): string {
  return stage === "http" && protocol !== undefined ? versionNames[protocol] : stageTitles[stage];
}

const stageTitles: Readonly<Record<StageReport["stage"], string>> = {
  dns: "DNS",
  tcp: "TCP",
  proxy: "proxy",
  starttls: "STARTTLS",
  tls: "TLS",
  certificate: "certificate",
  protocol: "protocol",
  http: "HTTP",
};
const titleWidth = "certificate".length;
const timeWidth = "99999.9 ms".length;

/** A stage that is over, in lines. */
export function renderStage(report: StageReport, { style, width }: Output): string[] {
  const { outcome, ms, says } = report;
  const passed = outcome === "passed";
  const mark = passed ? style.green("✓") : style.red("✗");
  const time = (ms === undefined ? "" : `${ms.toFixed(1)} ms`).padStart(timeWidth);
  const indent = " ".repeat(2 + titleWidth + 1 + timeWidth + 2);
  const [first = "", ...rest] = wrapText(showControls(says), { width, indent });
  const title = titleOf(report).padEnd(titleWidth);
  return [`${mark} ${title} ${style.dim(time)}  ${first.slice(indent.length)}`, ...rest];
}

/** An experiment that is over, in lines. */
export function renderExperiment(
  { name, ms, outcome }: ExperimentReport,
  { style, width }: Output,
): string[] {
  const text = showControls(`${name}: ${outcome}`);
  const time = `${ms.toFixed(1)} ms`.padStart(timeWidth);
  const indent = " ".repeat(2 + titleWidth + 1 + timeWidth + 2);
  const [first = "", ...rest] = wrapText(text, { width, indent });
  const title = "experiment".padEnd(titleWidth);
  return [`${style.cyan("·")} ${title} ${time}  ${first.slice(indent.length)}`, ...rest].map(style.dim);
}

/** What was found, below the stages. */
export function renderDiagnosis(diagnosis: Diagnosis, out: Output): string[] {
  const { headline, findings, notes, ruledOut, healthy } = diagnosis;
  const { style, width } = out;
  const colour = healthy ? style.green : style.red;
  const [first, ...others] = findings;
  return [
    "",
    ...wrapText(showControls(headline.sentence), { width }).map((line) => style.bold(line)),
    colour(headline.code) +
      (healthy ? "" : style.dim(` (${headline.certainty}; meerkat explain ${headline.code})`)),
    ...(first === undefined ? [] : [...renderEvidence(first, out), ...renderRemedy(first, out)]),
    ...section(
      "Also",
      others.map(({ code, certainty, sentence }) => `${sentence} (${code}, ${certainty})`),
      out,
    ),
    ...section("What it is not", ruledOut, out),
    ...section(healthy ? "Worth knowing" : "Beside that", notes, out),
  ];
}

function renderEvidence({ evidence }: Finding, out: Output): string[] {
  return section("How we know", evidence, out);
}

function renderRemedy({ remedy }: Finding, { style, width }: Output): string[] {
  const facts: (readonly [string, string])[] = [["as a client", showControls(remedy.client)]];
  if (remedy.server !== undefined) facts.push(["as the server", showControls(remedy.server)]);
  return ["", style.bold("What to do"), ...renderFacts(facts, { width, indent: "  " })];
}

function section(title: string, lines: readonly string[], { style, width }: Output): string[] {
  if (lines.length === 0) return [];
  const items = lines.flatMap((line) => {
    const [first = "", ...rest] = wrapText(showControls(line), { width, indent: "    " });
    return [`  - ${first.slice(4)}`, ...rest];
  });
  return ["", style.bold(title), ...items];
}

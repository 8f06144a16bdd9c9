/**
 * Metrics as text: OpenMetrics 1.0 and the older format of Prometheus (0.0.4), which differ in the names of counters, in
 * units, in the escaping of help, and in the end. Samples of one family stand together, as both require.
 */

export type Format = "openmetrics" | "prometheus";

export interface Family {
  /** Without `_total`. With a unit, the name ends with it. */
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly unit?: "seconds" | "bytes" | "ratio" | undefined;
  readonly help: string;
}

export function renderHead({ name, kind, unit, help }: Family, format: Format): string {
  if (format === "prometheus") {
    const full = kind === "counter" ? `${name}_total` : name;
    return `# HELP ${full} ${escapeHelp(help)}\n# TYPE ${full} ${kind}\n`;
  }
  const units = unit === undefined ? "" : `# UNIT ${name} ${unit}\n`;
  return `# HELP ${name} ${escapeLabel(help)}\n# TYPE ${name} ${kind}\n${units}`;
}

/** `labels` as `renderLabels` gives them. */
export function renderSample({ name, kind }: Family, labels: string, value: number): string {
  const full = kind === "counter" ? `${name}_total` : name;
  return `${full}${labels === "" ? "" : `{${labels}}`} ${renderNumber(value)}\n`;
}

/** `instance="https://a.example",endpoint="k1"` */
export function renderLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(",");
}

export function renderEnd(format: Format): string {
  return format === "openmetrics" ? "# EOF\n" : "";
}

export const contentTypes: Readonly<Record<Format, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

function renderNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

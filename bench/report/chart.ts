/** A bar chart of CPU time a request, as SVG that reads on light and dark pages. */
import { spreadOf, type Row } from "../sample.ts";

const panels = [
  { scenario: "small-1", title: "Small JSON, one connection: CPU µs a request" },
  { scenario: "small-50", title: "Small JSON, 50 connections: CPU µs a request" },
  { scenario: "h2-small-1", title: "Small JSON over HTTP/2, one stream: CPU µs a request" },
  { scenario: "h2-small-50", title: "Small JSON over HTTP/2, 50 streams: CPU µs a request" },
  { scenario: "download", title: "Download of 1 GiB: CPU ms" },
] as const;

const barHeight = 18;
const rowHeight = 24;
const titleHeight = 34;
const labelWidth = 130;
const barWidth = 460;
const width = labelWidth + barWidth + 90;

export function renderChart(rows: readonly Row[]): string {
  let y = 0;
  const parts = panels.flatMap(({ scenario, title }) => {
    const bars = rows
      .filter((row) => row.scenario === scenario)
      .flatMap((row) => {
        const us = spreadOf(row, "cpuUsPerRequest")?.median;
        return us === undefined
          ? []
          : [{ client: row.client, value: scenario === "download" ? us / 1_000 : us }];
      })
      .toSorted((a, b) => a.value - b.value);
    if (bars.length === 0) return [];
    const top = y;
    y += titleHeight + bars.length * rowHeight;
    return [renderPanel(title, bars, top)];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y + 10}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="CPU time of each client">
<style>text{fill:#333}.bar{fill:#9aa5b1}.own{fill:#c2713a}@media(prefers-color-scheme:dark){text{fill:#ddd}.bar{fill:#66717d}}</style>
${parts.join("\n")}
</svg>
`;
}

interface Bar {
  readonly client: string;
  readonly value: number;
}

function renderPanel(title: string, bars: readonly Bar[], top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ client, value }, index) => {
    const y = top + titleHeight + index * rowHeight;
    const length = ((value / longest) * barWidth).toFixed(1);
    const middle = y + 14;
    const kind = client === "meerkat" ? "own" : "bar";
    return `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${client}</text><rect class="${kind}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2"/><text x="${labelWidth + Number(length) + 6}" y="${middle}">${Math.round(value)}</text>`;
  });
  return [`<text x="0" y="${top + 22}" font-weight="600">${title}</text>`, ...lines].join("\n");
}

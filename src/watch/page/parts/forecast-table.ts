/** Forecasts as a table: when, for whom, what ends, and what to add to the bundle. */
import { html, type Markup } from "../../../html/index.ts";
import type { ShownForecast } from "../view.ts";
import { bundlePath, type Column, endpointPath, renderTable } from "./pieces.ts";
import { isMoment, renderWhen } from "./when.ts";
import { breakTitles } from "./words.ts";

interface Showing {
  readonly now: number;
  /** Whose forecasts they are: on an endpoint's page its name would stand in every row. */
  readonly shows: "endpoint" | "bundle" | "both";
}

export function renderForecasts(
  caption: string,
  forecasts: readonly ShownForecast[],
  { now, shows }: Showing,
): Markup {
  const columns: readonly Column[] = [
    ...(shows === "bundle" ? [] : [{ title: "Endpoint", css: "name" }]),
    ...(shows === "endpoint" ? [] : [{ title: "Bundle on a device" }]),
    { title: "Breaks", css: "moment" },
    { title: "Why", css: shows === "both" ? "" : "wide" },
    { title: "To do" },
  ];
  const rows = forecasts.map((forecast) => ({
    cells: [
      ...(shows === "bundle" ? [] : [renderName(forecast)]),
      ...(shows === "endpoint" ? [] : [renderBundle(forecast)]),
      renderBreak(forecast, now),
      renderWhy(forecast, shows),
      renderToDo(forecast),
    ],
  }));
  return renderTable(caption, columns, rows);
}

/** Where a page has other things to say too, the sentence is one click away. */
function renderWhy({ kind, sure, rootName, sentence }: ShownForecast, shows: Showing["shows"]): Markup {
  const likely = sure === "likely" ? html` <span class="dim">likely</span>` : "";
  const isShort = shows === "both" || kind === "nothing";
  const says = isShort ? (rootName === undefined ? "" : `by ${rootName}`) : sentence;
  return html`<span class="kind">${breakTitles[kind]}</span>${likely}${
      says === "" ? "" : html`<br /><small>${says}</small>`
    }`;
}

function renderName({ endpoint }: ShownForecast): Markup {
  return html`<a href="${endpointPath(endpoint.id)}">${endpoint.name}</a>`;
}

function renderBundle({ bundle }: ShownForecast): Markup {
  return html`<a href="${bundlePath(bundle.id)}">${bundle.label}</a><br /><small
      >${bundle.deviceTitle}</small
    >`;
}

function renderBreak({ kind, breaksAt }: ShownForecast, now: number): Markup {
  if (kind === "refused") return html`<span class="chip failing">now</span>`;
  return isMoment(breaksAt) ? renderWhen(breaksAt, now) : html`<span class="dim">no end known</span>`;
}

function renderToDo({ add, kind }: ShownForecast): Markup {
  const [best] = add;
  if (best !== undefined) {
    return html`Add <strong title="SHA-256 ${best.sha256}">${best.subject}</strong>`;
  }
  return html`<span class="dim"
    >${kind === "nothing" ? "nothing" : "no CA certificate is known that helps"}</span
  >`;
}

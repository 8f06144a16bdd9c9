/** An alert as it is read in the night: how bad, what, when, what to do; the evidence is behind one click. */
import { html, type Markup } from "../../../html/index.ts";
import type { ShownAlert } from "../view.ts";
import { endpointPath, renderChip, renderTags } from "./pieces.ts";
import { renderAgo, renderWhen } from "./when.ts";
import { ruleTitles } from "./words.ts";

export function renderAlerts(
  alerts: readonly ShownAlert[],
  { now, namesEndpoint }: { readonly now: number; readonly namesEndpoint: boolean },
): Markup {
  const cards = alerts.map((alert) => renderAlert(alert, now, namesEndpoint));
  return html`<ul class="alerts">
    ${cards}
  </ul>`;
}

function renderAlert(alert: ShownAlert, now: number, namesEndpoint: boolean): Markup {
  const { severity, rule, endpoint, sentence, remedy, sure, dueAt, openedAt, closedAt } = alert;
  const name = namesEndpoint
    ? html`<a href="${endpointPath(endpoint.id)}"><strong>${endpoint.name}</strong></a>
        ${renderTags(endpoint.tags)}`
    : "";
  const due = dueAt === undefined || closedAt !== undefined ? "" : renderWhen(dueAt, now);
  const life =
    closedAt === undefined
      ? html`open since ${renderAgo(openedAt, now)}`
      : html`opened ${renderAgo(openedAt, now)}, closed ${renderAgo(closedAt, now)}`;
  return html`<li class="alert ${closedAt === undefined ? severity : "closed"}">
    <p class="top">${renderChip(severity)} ${name} ${due}</p>
    <p>${sentence}</p>
    ${remedy === "" ? "" : html`<p class="remedy"><b>To do:</b> ${remedy}</p>`}
    <p class="dim">
      ${ruleTitles[rule]}, ${sure}; ${life}${alert.times > 1 ? html`, told ${alert.times} times` : ""}
    </p>
    ${renderEvidence(alert)}
  </li>`;
}

function renderEvidence({ id, evidence }: ShownAlert): Markup {
  if (evidence.length === 0) return html``;
  const items = evidence.slice(0, evidenceShown).map((line) => html`<li>${line}</li>`);
  const more = evidence.length - items.length;
  return html`<details id="evidence-${encodeURIComponent(id)}">
    <summary>How we know</summary>
    <ul>
      ${items}${more > 0 ? html`<li>and ${more} more</li>` : ""}
    </ul>
  </details>`;
}

/** Enough to believe it by; the JSON has all of them. */
const evidenceShown = 6;

/** The list of alerts: open or closed, by severity and by rule. */
import { html, type Markup } from "../../../html/index.ts";
import { type RuleName, ruleNames, type Severity } from "../../../fleet/index.ts";
import type { Store } from "../../store/port.ts";
import { pageLimits } from "../limits.ts";
import { renderAlerts } from "../parts/alert-card.ts";
import { linkTo, renderEmpty, renderPaging } from "../parts/pieces.ts";
import { ruleTitles, severitiesDown } from "../parts/words.ts";
import type { Query } from "../query.ts";
import { shownAlert, type ShownAlert } from "../view.ts";

const lives = ["open", "closed"] as const;

interface AlertsAsked {
  readonly state: (typeof lives)[number];
  readonly severity: Severity | undefined;
  readonly rule: RuleName | undefined;
  readonly after: string | undefined;
}

export interface AlertsView {
  readonly asked: AlertsAsked;
  readonly alerts: readonly ShownAlert[];
  readonly next: string | undefined;
}

export async function readAlerts(store: Store, query: Query): Promise<AlertsView> {
  const asked: AlertsAsked = {
    state: query.word("state", lives) ?? "open",
    severity: query.word("severity", severitiesDown),
    rule: query.word("rule", ruleNames),
    after: query.text("after"),
  };
  const { rows, next } = await store.alerts({ ...asked, limit: pageLimits.rows.value });
  return {
    asked,
    alerts: rows.map(({ alert, endpoint }) => shownAlert(alert, endpoint)),
    next: next === undefined ? undefined : hrefOf(asked, next),
  };
}

function hrefOf({ state, severity, rule }: AlertsAsked, after?: string): string {
  return linkTo("/alerts", { state: state === "open" ? undefined : state, severity, rule, after });
}

export function renderAlertList({ asked, alerts, next }: AlertsView, now: number): Markup {
  const first = asked.after === undefined ? undefined : hrefOf(asked);
  return html`<h1>Alerts</h1>
    ${renderForm(asked)}
    <section id="s-alerts" data-live aria-label="Alerts">
      ${alerts.length === 0 ? renderNone(asked) : renderAlerts(alerts, { now, namesEndpoint: true })}
    </section>
    ${renderPaging({ first, next, rows: alerts.length })}`;
}

function renderForm({ state, severity, rule }: AlertsAsked): Markup {
  const option = (value: string, word: string, isChosen: boolean): Markup =>
    html`<option value="${value}" ${isChosen ? html` selected` : ""}>${word}</option>`;
  return html`<form class="filter" method="get" action="/alerts" role="search">
    <label
      >State
      <select name="state">
        ${lives.map((one) => option(one, one, one === state))}
      </select></label
    >
    <label
      >Severity
      <select name="severity">
        ${option("", "any", severity === undefined)}
        ${severitiesDown.map((one) => option(one, one, one === severity))}
      </select></label
    >
    <label
      >Rule
      <select name="rule">
        ${option("", "any", rule === undefined)}
        ${ruleNames.map((one) => option(one, ruleTitles[one], one === rule))}
      </select></label
    >
    <button type="submit">Show</button>
  </form>`;
}

function renderNone({ state, severity, rule, after }: AlertsAsked): Markup {
  if (after !== undefined) return renderEmpty("There is nothing behind this page.");
  if (severity !== undefined || rule !== undefined) {
    return renderEmpty("No alert fits.", html`<a href="/alerts">Show all that are open</a>`);
  }
  return state === "open"
    ? renderEmpty(
        "No alert is open.",
        "One opens when a rule speaks of an endpoint, and closes by itself when it no longer does.",
      )
    : renderEmpty("No alert was closed yet.");
}

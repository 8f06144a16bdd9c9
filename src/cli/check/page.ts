/**
 * `meerkat check --html FILE`: the report as one page with a timeline of what ends when.
 *
 * Everything is in the file, nothing is fetched and nothing runs. What came from a certificate is escaped.
 */
import { spokenSite } from "../../core/index.ts";
import { html, type Markup, pageStyle, renderDocument, renderTable } from "../../html/index.ts";
import { explainUnanswered } from "../devices/meet/survey-outcome.ts";
import { adviseIdentity, explainIdentity, identitySeverities } from "../../trust/index.ts";
import { fewRemarks } from "./few-remarks.ts";
import { type CheckOutcome, type Connects, worstOf } from "./outcome.ts";
import { describeSubject } from "./text.ts";
import { renderTimeline, timelineStyle } from "./timeline.ts";

export function renderCheckPage(outcome: CheckOutcome): string {
  const { material } = outcome;
  const body = html`<main>
    <h1>${material.path}</h1>
    <p>${describeSubject(material)}</p>
    ${renderVerdict(outcome)} ${renderFindings(outcome)} ${renderSites(outcome)} ${renderIdentities(outcome)}
    ${renderNotes(outcome)} ${renderTimeline(outcome)}
  </main>`;
  return renderDocument({
    title: `${material.path}: what is wrong, and what ends when`,
    style: pageStyle + checkStyle,
    body,
  });
}

function renderVerdict(outcome: CheckOutcome): Markup {
  const worst = worstOf(outcome);
  if (worst === "error") return html`<p class="verdict error">The device will not work as it should.</p>`;
  if (worst === "warning")
    return html`<p class="verdict warning">It works today, and something will break.</p>`;
  if (outcome.unknown.length > 0) return html`<p class="verdict warning">Not every site could be asked.</p>`;
  return html`<p class="verdict good">Nothing is wrong.</p>`;
}

function renderFindings({ remarks }: CheckOutcome): Markup {
  if (remarks.length === 0) return html``;
  const items = fewRemarks(remarks).map(
    ({ severity, says }) => html`<li class="${severity}"><strong>${severity}</strong> ${says}</li>`,
  );
  return html`<h2>The bundle</h2>
    <ul>
      ${items}
    </ul>`;
}

const siteClasses: Readonly<Record<Connects, readonly [css: string, word: string]>> = {
  yes: ["good", "connects"],
  wrongly: ["warning", "connects, wrongly"],
  ends: ["warning", "connects, for now"],
  no: ["error", "refuses"],
};

function renderIdentities({ identities }: CheckOutcome): Markup {
  const items = identities.flatMap(({ site, verdict }) =>
    verdict.findings.map((finding) => {
      const severity = identitySeverities[finding.code];
      return html`<li class="${severity}">
        <strong>${severity}</strong> ${site}: ${explainIdentity(finding)} ${adviseIdentity(finding) ?? ""}
      </li>`;
    }),
  );
  if (items.length === 0) return html``;
  return html`<h2>The client certificate</h2>
    <ul>
      ${items}
    </ul>`;
}

function renderSites({ sites, unknown }: CheckOutcome): Markup {
  const rows = sites.map(({ site, connects, says }) => {
    const [css, word] = siteClasses[connects];
    return [site, html`<span class="${css}">${word}</span>`, says];
  });
  for (const { url, error } of unknown)
    rows.push([spokenSite(url), html`<span class="error">not reached</span>`, error.message]);
  if (rows.length === 0) return html``;
  const columns = [
    { title: "Site" },
    { title: "The device", css: "short" },
    { title: "Why, and until when", css: "most" },
  ];
  return html`<h2>Sites</h2>
    ${renderTable({ columns, rows })}`;
}

/** What the verdicts do not cover. */
function renderNotes({ notes, material }: CheckOutcome): Markup {
  const sentences = [...notes.map(({ says }) => says), ...material.survey.unanswered.map(explainUnanswered)];
  if (sentences.length === 0) return html``;
  const items = sentences.map((says) => html`<li>${says}</li>`);
  return html`<h2>What this does not cover</h2>
    <ul>
      ${items}
    </ul>`;
}

const checkStyle = `
.most { width: 50%; }
li.note, li.warning, li.error { color: inherit; }
li.error strong { color: var(--error); } li.warning strong { color: var(--warning); }
${timelineStyle}`;

/**
 * `meerkat check --html FILE`: the report as one page with a timeline of what ends when.
 *
 * Everything is in the file, nothing is fetched and nothing runs. What came from a certificate is escaped.
 */
import { spokenSite } from "../../core/index.ts";
import { html, renderDocument, type Markup } from "../../html/index.ts";
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
  return renderDocument({ title: `${material.path}: what is wrong, and what ends when`, style, body });
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
    return renderSite({ site, css, word, says });
  });
  for (const { url, error } of unknown) {
    rows.push(renderSite({ site: spokenSite(url), css: "error", word: "not reached", says: error.message }));
  }
  if (rows.length === 0) return html``;
  return html`<h2>Sites</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Site</th>
          <th scope="col">The device</th>
          <th scope="col">Why, and until when</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function renderSite({
  site,
  css,
  word,
  says,
}: Readonly<Record<"site" | "css" | "word" | "says", string>>): Markup {
  return html`<tr>
    <th scope="row">${site}</th>
    <td class="${css}">${word}</td>
    <td>${says}</td>
  </tr>`;
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

const style = `
:root { color-scheme: light dark; --good: #2e7d32; --warning: #b26a00; --error: #c62828; --rule: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #81c784; --warning: #ffb74d; --error: #ef9a9a; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1.5rem; }
main { max-width: 64rem; margin: 0 auto; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: break-word; }
tbody th { min-width: 9rem; max-width: 16rem; }
td.good, td.warning, td.error { white-space: nowrap; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.verdict { font-weight: 600; }
.good { color: var(--good); } .warning { color: var(--warning); } .error { color: var(--error); }
li.note, li.warning, li.error { color: inherit; }
li.error strong { color: var(--error); } li.warning strong { color: var(--warning); }
@media (max-width: 40rem) {
  body { padding: 1rem; }
  thead { position: absolute; clip-path: inset(50%); }
  tr, tbody th, td { display: block; width: auto; max-width: none; border: 0; padding: .15rem 0; overflow-wrap: anywhere; }
  tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
}
${timelineStyle}`;

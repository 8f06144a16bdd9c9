/** A diagnosis as one page that needs nothing else: no script, no font, no picture from elsewhere. */
import type { Diagnosis, Finding, PathReport, StageReport } from "../../../diagnosis/index.ts";
import { html, type Markup, pageStyle, renderDocument, renderTable } from "../../../html/index.ts";
import { titleOf } from "../text.ts";
import { whyStyle } from "./style-sheet.ts";

export function renderPage(diagnosis: Diagnosis): string {
  const { url, at, headline, healthy, findings } = diagnosis;
  const [first, ...others] = findings;
  const body = html`<h1>Why <code>${url}</code></h1>
    <p class="verdict${healthy ? " healthy" : ""}" id="headline">${headline.sentence}</p>
    <p class="dim">
      <code id="code">${headline.code}</code>, ${headline.certainty}; made on
      <time datetime="${at}">${at}</time> by meerkat why
    </p>
    ${renderWaterfall(diagnosis.stages)} ${first === undefined ? "" : renderFinding(first)}
    ${
      others.length === 0
        ? ""
        : html`<h2>Also</h2>
            ${others.map(renderOther)}`
    }
    ${renderList("What it is not", diagnosis.ruledOut)} ${renderList("Worth knowing", diagnosis.notes)}
    ${renderPaths(diagnosis.paths)} ${renderChain(diagnosis)} ${renderExperiments(diagnosis)}`;
  return renderDocument({ title: `${headline.code}: ${url}`, style: pageStyle + whyStyle, body });
}

/** Each stage with its bar, one after the other along the same axis. */
function renderWaterfall(stages: readonly StageReport[]): Markup {
  const total = Math.max(
    1,
    stages.reduce((sum, { ms = 0 }) => sum + ms, 0),
  );
  let before = 0;
  const rows = stages.map((report) => {
    const { stage, outcome, ms = 0, says } = report;
    const left = ((before / total) * 100).toFixed(2);
    const width = ((ms / total) * 100).toFixed(2);
    before += ms;
    const mark = outcome === "passed" ? "✓" : outcome === "failed" ? "✗" : "–";
    const time = outcome === "not-reached" ? "" : `${ms.toFixed(1)} ms`;
    const bar =
      outcome === "not-reached"
        ? ""
        : html`<span class="track"
            ><span class="${outcome}" style="left:${left}%;width:${width}%"></span
          ></span>`;
    return html`<tr data-stage="${stage}">
      <td class="mark ${outcome}">${mark}</td>
      <th scope="row">${titleOf(report)}</th>
      <td class="time">${time}</td>
      <td class="bar">${bar}</td>
      <td class="says">${says}</td>
    </tr>`;
  });
  return html`<h2>The way there</h2>
    <table id="waterfall">
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function renderFinding({ evidence, remedy }: Finding): Markup {
  const server =
    remedy.server === undefined
      ? ""
      : html`<dt>as the server</dt>
          <dd>${remedy.server}</dd>`;
  return html`${renderList("How we know", evidence)}
    <h2>What to do</h2>
    <dl id="remedy">
      <dt>as a client</dt>
      <dd>${remedy.client}</dd>
      ${server}
    </dl>`;
}

function renderOther({ code, certainty, sentence, evidence, remedy }: Finding): Markup {
  return html`<p>${sentence} <span class="dim">(<code>${code}</code>, ${certainty})</span></p>
    <ul>
      ${evidence.map((line) => html`<li>${line}</li>`)}
      <li>${remedy.client}</li>
    </ul>`;
}

function renderList(title: string, lines: readonly string[]): Markup {
  return lines.length === 0
    ? html``
    : html`<h2>${title}</h2>
        <ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`;
}

/** Every path that was tried, from the server's certificate up, and what ended each. */
function renderPaths(paths: readonly PathReport[]): Markup {
  if (paths.length === 0) return html``;
  const drawn = paths.map(({ subjects, anchor, verified, ended }) => {
    const last = subjects.length - 1;
    const boxes = subjects.map((subject, index) =>
      anchor !== null && index === last
        ? html`<li class="anchor">${subject} <span class="dim">(trusted: ${anchor})</span></li>`
        : html`<li>${subject}</li>`,
    );
    const end = verified
      ? html`<p class="end passed">✓ verified</p>`
      : html`<p class="end">
          <span class="failed">✗ <code>${ended?.code ?? ""}</code></span>
          ${(ended?.sentences ?? []).join(" ")}
        </p>`;
    return html`<li class="${verified ? "verified" : "ended"}">
      <ol class="path">
        ${boxes}
      </ol>
      ${end}
    </li>`;
  });
  return html`<h2>The certificates, by every path that was tried</h2>
    <ol id="paths">
      ${drawn}
    </ol>`;
}

function renderChain({ chain }: Diagnosis): Markup {
  if (chain.length === 0) return html``;
  const columns = [
    { title: "Certificate" },
    { title: "Issuer" },
    { title: "From", css: "short" },
    { title: "Until", css: "short" },
  ];
  const rows = chain.map(({ subject, issuer, notBefore, notAfter, sha256 }) => [
    html`${subject}<br /><small>SHA-256 <code>${sha256}</code></small>`,
    issuer,
    renderMoment(notBefore),
    renderMoment(notAfter),
  ]);
  return html`<h2>The chain as sent</h2>
    ${renderTable({ id: "chain", css: "list wide", columns, rows })}`;
}

/** An ISO instant, to the second. */
function renderMoment(at: string): Markup {
  return html`<time datetime="${at}">${at.replace(/\.000Z$/, "Z")}</time>`;
}

function renderExperiments({ experiments }: Diagnosis): Markup {
  if (experiments.length === 0) return html``;
  const columns = [
    { title: "What was tried" },
    { title: "Time", css: "short" },
    { title: "What came of it" },
  ];
  const rows = experiments.map(({ name, ms, outcome }) => [name, `${ms.toFixed(1)} ms`, outcome]);
  return html`<h2>Experiments</h2>
    ${renderTable({ id: "experiments", columns, rows })}`;
}

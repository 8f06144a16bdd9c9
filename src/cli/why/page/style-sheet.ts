/** What the page of a diagnosis has beside the style of every page: its waterfall, its paths, and what to do. */

export const whyStyle = `
.verdict { border-left: .3rem solid var(--error); padding: .3rem 1rem; font-size: 1.15rem; font-weight: 400; }
.verdict.healthy { border-color: var(--good); }
.passed { color: var(--good); } .failed { color: var(--error); } .not-reached { color: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; }
#waterfall :is(th, td) { min-width: 0; }
#waterfall :is(th, .mark, .time) { white-space: nowrap; }
#waterfall td.bar { width: 30%; min-width: 8rem; }
#waterfall td.says { width: 50%; }
.time { text-align: right; font-variant-numeric: tabular-nums; }
.track { display: block; position: relative; height: .9rem; margin-top: .3rem; background: var(--rule); }
.track span { position: absolute; top: 0; bottom: 0; background: var(--dim); min-width: 2px; }
.track span.passed { background: var(--good); } .track span.failed { background: var(--error); }
#paths { padding-left: 1.25rem; }
ol.path { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 0; padding: 0; margin: .3rem 0; }
ol.path li { border: 1px solid var(--rule); border-radius: .3rem; padding: .15rem .6rem; margin: 0; }
ol.path li + li { margin-left: 1.6rem; position: relative; }
ol.path li + li::before { content: "\\2190"; position: absolute; left: -1.35rem; color: var(--dim); }
ol.path li.anchor { border-style: double; border-width: 3px; }
.end { margin: 0 0 1rem; }
@media (max-width: 40rem) {
  #waterfall tbody { display: block; }
  #waterfall tr { display: grid; grid-template-columns: max-content 1fr max-content; gap: .1rem .6rem; border-bottom: 1px solid var(--rule); padding: .6rem 0; }
  #waterfall :is(th, td), #waterfall :is(td.bar, td.says) { border: 0; padding: 0; width: auto; }
  #waterfall :is(td.bar, td.says) { grid-column: 1 / -1; }
  #waterfall td.bar:empty { display: none; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  ol.path { display: block; }
  ol.path li + li { margin: 1.4rem 0 0; }
  ol.path li + li::before { content: "\\2191"; left: 1rem; top: -1.45rem; }
}
`;

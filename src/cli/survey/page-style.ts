/** The style of a survey's page: the reader's own colours and fonts, and nothing from elsewhere. */

export const pageStyle = `
:root { color-scheme: light dark; --good: #2e7d32; --warning: #b26a00; --error: #c62828; --rule: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #81c784; --warning: #ffb74d; --error: #ef9a9a; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1.5rem; }
main { max-width: 72rem; margin: 0 auto; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
td p { margin: 0; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.verdict { font-weight: 600; }
.good { color: var(--good); } .warning { color: var(--warning); } .error { color: var(--error); }
.timeline th:first-child { width: 6rem; white-space: nowrap; }
.bar { display: inline-block; height: .8rem; min-width: 2px; border-radius: .2rem; background: currentColor; vertical-align: middle; }
@media (max-width: 40rem) {
  body { padding: 1rem; }
  table:not(.timeline) :is(thead) { position: absolute; clip-path: inset(50%); }
  table:not(.timeline) :is(tr, tbody th, td) { display: block; border: 0; padding: .15rem 0; }
  table:not(.timeline) tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
}
`;

/** The style of a survey's page: the reader's own colours and fonts, and nothing from elsewhere. */

export const pageStyle = `
:root { color-scheme: light dark; --good: #2e7d32; --warning: #b26a00; --error: #c62828; --rule: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #81c784; --warning: #ffb74d; --error: #ef9a9a; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 1.5rem; }
main { max-width: 72rem; margin: 0 auto; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--rule); }
thead th, td:not(:last-child) { white-space: nowrap; }
tbody th { min-width: 15rem; overflow-wrap: anywhere; }
td:last-child { width: 60%; overflow-wrap: anywhere; }
td p { margin: 0; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.verdict { font-weight: 600; }
.good { color: var(--good); } .warning { color: var(--warning); } .error { color: var(--error); }
.timeline tbody th { min-width: 0; width: 6rem; white-space: nowrap; }
.timeline td { width: 45%; }
.bar { display: inline-block; height: .8rem; min-width: 2px; border-radius: .2rem; background: currentColor; vertical-align: middle; }
@media (max-width: 56rem) {
  body { padding: 1rem; }
  table:not(.timeline) :is(thead) { position: absolute; clip-path: inset(50%); }
  table:not(.timeline) :is(tr, tbody th, td) { display: block; width: auto; min-width: 0; white-space: normal; border: 0; padding: .15rem 0; }
  table:not(.timeline) tbody tr { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .ends:has(time)::before { content: "path ends "; }
}
`;

/**
 * What every page of a file or of the lab looks like: the reader's own fonts, light or dark as the reader has it, and nothing
 * from elsewhere. The colours of text have a contrast of 4.5:1 at least on both grounds (WCAG 2.2, 1.4.3), links in a table
 * are 24 px high at least, and 44 px on a telephone (2.5.8, 2.5.5), and nothing scrolls sideways from 320 px on (1.4.10).
 */

/** Below this the tables of few columns are lists: three columns of 20 characters need more. */
const listBelow = "40rem";
/** The same for tables of four columns and more (`wide`). */
const wideListBelow = "56rem";

/** The rules that make a list of the tables that `tables` selects. */
function asList(tables: string): string {
  return `
  ${tables} thead { position: absolute; clip-path: inset(50%); }
  ${tables} :is(tbody, tr, th, td) { display: block; }
  ${tables} tbody tr { border-bottom: 1px solid var(--rule); padding: .6rem 0; }
  ${tables} tbody :is(th, td) { border: 0; min-width: 0; width: auto; padding: .1rem 0; white-space: normal; }
  ${tables} td[data-label]::before { content: attr(data-label) ": "; color: var(--dim); }
  ${tables} td:empty { display: none; }
  ${tables} a { display: inline-flex; align-items: center; min-height: 2.75rem; min-width: 2.75rem; }`;
}

/** The style of a page's frame and of its tables; a page adds its own to it. */
export const pageStyle: string = `
:root { color-scheme: light dark; --good: #1a6e31; --warning: #8a5100; --error: #b3261e; --dim: #57606a; --rule: #8885; }
@media (prefers-color-scheme: dark) { :root { --good: #81c784; --warning: #ffb74d; --error: #ef9a9a; --dim: #a3acb5; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
ul { padding-left: 1.25rem; } li { margin: .2rem 0; }
.verdict { font-weight: 600; }
.dim { color: var(--dim); } .good { color: var(--good); } .warning { color: var(--warning); } .error { color: var(--error); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--rule); min-width: 12rem; }
.short, .short time { min-width: 0; white-space: nowrap; font-variant-numeric: tabular-nums; }
td p { margin: 0; } small { font-weight: 400; }
table a { display: inline-block; min-height: 1.5rem; min-width: 1.5rem; }
@media (max-width: ${listBelow}) {
  body { padding: 1rem; }${asList(".list")}
}
@media (max-width: ${wideListBelow}) {${asList(".list.wide")}
}
`;

/**
 * How every page looks: light and dark by the reader's own setting, from a telephone to a wide screen. Colours of text have
 * a contrast of 4.5 to 1 at least against what they stand on (WCAG 2.2, 1.4.3), and no state is told by colour alone.
 */

const light = `
  --ground: #f6f4f0; --card: #fff; --ink: #1f1d1a; --dim: #625d55; --line: #ddd7cd; --link: #0a58a5; --focus: #0a58a5;
  --failing: #b3201a; --critical: #b3201a; --warning: #8a5200; --notice: #2b5ba8; --well: #1b6e3a; --unvisited: #625d55;
  --on-failing: #fff; --path: #b9a88d; --brand: #6b4423; --wash: #f0ebe2;`;

const dark = `
  --ground: #15130f; --card: #1e1b17; --ink: #ece7df; --dim: #aaa295; --line: #3a352d; --link: #8fbdf5; --focus: #8fbdf5;
  --failing: #ff9488; --critical: #ff9488; --warning: #f5bd6a; --notice: #a3c4fb; --well: #84d49c; --unvisited: #aaa295;
  --on-failing: #2a0906; --path: #75684f; --brand: #e9c48f; --wash: #29251f;`;

const base = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; min-height: 100vh; display: flex; flex-direction: column; }
a { color: var(--link); text-underline-offset: .15em; }
h1, h2, p, dd, dt, li, code, .label, .name { overflow-wrap: anywhere; }
th, td { overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.1rem; margin: 0 0 .7rem; }
p { margin: 0 0 .6rem; }
small, .dim { color: var(--dim); }
small { font-size: .85rem; line-height: 1.35; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; }
pre { margin: .6rem 0 0; padding: .8rem; background: var(--wash); border-radius: .4rem; max-height: 30rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .2rem; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
time { font-variant-numeric: tabular-nums; }
`;

const frame = `
header { background: var(--card); border-bottom: 1px solid var(--line); }
.bar, main, footer { width: 100%; max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.5rem; min-height: 3.2rem; }
.brand { font-weight: 700; color: var(--brand); text-decoration: none; }
nav[aria-label^="Pages of"] { display: flex; gap: .2rem; }
nav[aria-label^="Pages of"] a { padding: .7rem .7rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
nav[aria-label^="Pages of"] a:hover { border-bottom-color: var(--line); }
nav[aria-label^="Pages of"] a[aria-current] { border-bottom-color: var(--brand); font-weight: 600; }
.aside { margin-left: auto; display: flex; gap: 1rem; align-items: center; font-size: .9rem; }
#live { color: var(--dim); }
#live.on::before, #live.off::before { content: ""; display: inline-block; width: .55rem; height: .55rem; border-radius: 50%; margin-right: .4rem; background: var(--well); }
#live.off::before { background: none; border: 2px solid var(--warning); }
main { flex: 1; padding-top: 1.5rem; padding-bottom: 2rem; }
section, form.filter { margin-top: 1.4rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.2rem; }
footer { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding-top: .8rem; padding-bottom: 1.2rem; color: var(--dim); font-size: .9rem; border-top: 1px solid var(--line); }
.crumbs { margin: 0 0 .2rem; font-size: .9rem; }
.lead { color: var(--dim); }
.title { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; }
.title h1 { margin: 0; }
.headline h1 a { color: var(--failing); }
.headline p { font-size: 1.1rem; }
`;

const pieces = `
.chip { display: inline-flex; align-items: center; gap: .35em; white-space: nowrap; font-size: .85rem; font-weight: 600; color: var(--unvisited); }
.chip::before { content: ""; width: .7em; height: .7em; background: currentColor; flex: none; }
.chip.failing { background: var(--failing); color: var(--on-failing); padding: .05rem .5rem; border-radius: .3rem; white-space: normal; }
.chip.failing::before { clip-path: polygon(15% 0, 50% 35%, 85% 0, 100% 15%, 65% 50%, 100% 85%, 85% 100%, 50% 65%, 15% 100%, 0 85%, 35% 50%, 0 15%); }
.chip.critical { color: var(--critical); } .chip.critical::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.chip.warning { color: var(--warning); } .chip.warning::before { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.chip.notice { color: var(--notice); } .chip.notice::before { border-radius: 50%; }
.chip.well { color: var(--well); } .chip.well::before { clip-path: polygon(0 55%, 15% 40%, 38% 62%, 85% 10%, 100% 25%, 38% 92%); }
.chip.unvisited::before { background: none; border: 2px solid; border-radius: 50%; }
.tags { display: inline-flex; flex-wrap: wrap; gap: .25rem; }
.tag { font-size: .8rem; line-height: 1.3; background: var(--wash); color: var(--ink); border-radius: .3rem; padding: .08rem .45rem; text-decoration: none; overflow-wrap: anywhere; max-width: 16rem; }
a.tag:hover { text-decoration: underline; }
.mark { font-size: .8rem; border: 1px solid var(--well); color: var(--well); border-radius: .3rem; padding: 0 .4rem; white-space: nowrap; }
.empty { border: 1px dashed var(--line); border-radius: .5rem; padding: .9rem 1rem; }
.empty p:last-child { margin: 0; }
section .empty { border: 0; padding: 0; }
section .empty strong { font-weight: 400; }
.tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .7rem; padding: 0; margin: 1.2rem 0 0; }
.tile { display: block; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; text-decoration: none; color: var(--ink); height: 100%; border-left: .3rem solid var(--line); }
.tile:hover { border-color: var(--dim); }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile.failing, .tile.critical { border-left-color: var(--failing); } .tile.warning { border-left-color: var(--warning); }
.tile.notice { border-left-color: var(--notice); } .tile.well { border-left-color: var(--well); }
.tile.none b, .tile.none .chip { color: var(--dim); background: none; padding-left: 0; }
.when { display: inline-block; } .when b { font-weight: 600; white-space: nowrap; } .when span { color: var(--dim); white-space: nowrap; font-size: .85rem; }
.verdict { font-weight: 600; } .verdict.failing { color: var(--failing); }
.over { color: var(--failing); font-weight: 600; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .8rem 1.5rem; margin: 1rem 0 0; }
dt { font-size: .85rem; color: var(--dim); } dd { margin: 0; }
.paging { display: flex; gap: 1rem; align-items: center; justify-content: flex-end; margin-top: 1rem; }
summary { cursor: pointer; padding: .25rem 0; color: var(--link); }
details ul { margin: .2rem 0 0; padding-left: 1.2rem; }
button, .button { font: inherit; background: var(--brand); color: var(--card); border: 0; border-radius: .4rem; padding: .5rem 1.1rem; cursor: pointer; text-decoration: none; min-height: 2.5rem; display: inline-block; }
button.plain { background: none; color: var(--link); padding: .3rem; text-decoration: underline; min-height: 0; }
input, select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--dim); border-radius: .4rem; padding: .4rem .6rem; width: 100%; min-height: 2.5rem; }
::placeholder { color: var(--dim); opacity: 1; }
form.filter { display: flex; flex-wrap: wrap; gap: .8rem; align-items: end; }
form.filter label { flex: 1 1 9rem; font-size: .85rem; color: var(--dim); }
form.filter label:has([type=search]) { flex-grow: 2; }
.sign-in { max-width: 24rem; display: grid; gap: 1rem; margin: 1rem 0; }
`;

const tables = `
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--dim); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem 1rem .55rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--dim); font-size: .85rem; white-space: nowrap; padding-top: 0; }
tr > :last-child { padding-right: 0; }
tbody tr:hover { background: var(--wash); }
.name { min-width: 13rem; } th .tags { margin-left: .3rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; padding-right: 2rem; }
td.moment, th.moment { min-width: 7.5rem; } td.moment .when span { display: block; }
.kind { font-weight: 600; }
td.share { width: 45%; } .amount { font-variant-numeric: tabular-nums; }
.flash { padding-left: 1.4rem; margin: 0; } .flash li { margin-bottom: .6rem; } .flash li:last-child { margin: 0; }
.alerts { list-style: none; padding: 0; margin: 0; display: grid; gap: .8rem; }
.alert { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem .9rem; }
.alert.critical { border-color: var(--critical); } .alert.warning { border-color: var(--warning); } .alert.notice { border-color: var(--notice); }
.alert p { margin: 0 0 .25rem; max-width: 60rem; }
.alert .top { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: center; }
.alert .dim, .alert summary { font-size: .9rem; }
@media (max-width: 60rem) {
  table, tbody, tr, th[role=rowheader], td, caption { display: block; width: 100%; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { border-top: 1px solid var(--line); padding: .7rem 0; }
  tbody th, td { border: 0; padding: .1rem 0; min-width: 0; }
  tbody th { font-weight: 600; padding-bottom: .3rem; }
  td { display: flow-root; padding-left: 6.2rem; overflow-wrap: anywhere; }
  td::before { content: attr(data-label); float: left; margin-left: -6.2rem; width: 6rem; padding-top: .1rem; color: var(--dim); font-size: .85rem; line-height: 1.4; overflow-wrap: break-word; }
  .every-other { display: none; }
  td.number, td.share, td.moment { text-align: left; width: 100%; min-width: 0; padding-right: 0; }
  td.moment .when span { display: inline; }
  tr:has(> .brief) { display: flex; flex-wrap: wrap; column-gap: 1rem; align-items: baseline; }
  td.brief { width: auto; padding-left: 0; }
  td.brief::before { content: none; }
  td.brief.seen { font-size: .85rem; color: var(--dim); order: 1; }
  td.brief.seen::before { content: attr(data-label); float: none; margin: 0 .4em 0 0; width: auto; font-size: 1em; }
  tr:has(> .brief) td.moment { order: 2; padding-left: 7.2rem; }
  tr:has(> .brief) td.moment::before { margin-left: -7.2rem; width: 7rem; }
}
@media (min-width: 40rem) and (max-width: 60rem) {
  tbody tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 1.5rem; }
  tbody th { grid-column: 1 / -1; }
  td.wide { grid-column: 1 / -1; order: 1; }
  td.brief.seen { flex: 1 0 50%; }
  tr:has(> .brief) td.moment { width: calc(50% - .5rem); }
}
@media (max-width: 48rem) {
  h1 { font-size: 1.35rem; }
  .bar, main, footer { padding-left: 1rem; padding-right: 1rem; }
  .bar { padding-top: .5rem; }
  nav[aria-label^="Pages of"] { order: 3; width: 100%; margin: 0 -.5rem; justify-content: space-between; }
  nav[aria-label^="Pages of"] a { padding: .6rem .5rem; }
  section { padding: .9rem 1rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; }
  dl.facts { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); column-gap: 1rem; }
}
`;

const drawings = `
svg { display: block; overflow: visible; }
svg text { font-size: 11px; fill: var(--dim); } svg text.row { font-size: 12px; fill: var(--ink); }
.grid { stroke: var(--line); } .base { stroke: var(--dim); } .now { stroke: var(--ink); stroke-width: 2; }
rect.breaks, rect.failing { fill: var(--failing); } rect.paths { fill: var(--path); } rect.well { fill: var(--well); } rect.future { fill: var(--well); opacity: .4; } rect.root { fill: var(--path); }
.weeks g:hover rect { opacity: .7; }
.weeks + details { margin-top: .5rem; font-size: .9rem; }
.share svg { margin-top: .2rem; max-width: 26rem; }
.lanes { list-style: none; padding: 0; margin: 0; display: grid; gap: .25rem; }
.lanes li { display: grid; grid-template-columns: 13rem 1fr; gap: 1rem; align-items: center; }
.lanes .label { font-size: .85rem; line-height: 1.3; }
.lanes .axis { grid-column: 2; }
.legend { font-size: .85rem; color: var(--dim); display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.key::before { content: ""; display: inline-block; width: 1rem; height: .6rem; margin-right: .4rem; background: var(--well); border-radius: 1px; }
.key.failing::before { background: var(--failing); } .key.future::before { opacity: .4; height: .25rem; margin-bottom: .17rem; }
.forest, .forest ul { list-style: none; margin: 0; padding: 0; }
.forest ul { padding-left: 1.6rem; }
.forest li { position: relative; padding-top: .5rem; }
.forest > li:first-child { padding-top: 0; }
.forest ul > li::before { content: ""; position: absolute; left: -1rem; top: 0; bottom: 0; border-left: 2px solid var(--line); }
.forest ul > li:last-child::before { bottom: auto; height: 1.6rem; }
.forest ul > li::after { content: ""; position: absolute; left: -1rem; top: 1.5rem; width: 1rem; border-top: 2px solid var(--line); }
.node { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .8rem; background: var(--card); max-width: 44rem; position: relative; }
.node.ghost { border-style: dashed; }
.node p { margin: 0; font-size: .9rem; } .node .facts { display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
@media (max-width: 48rem) {
  .lanes { gap: .6rem; } .lanes li { grid-template-columns: 1fr; gap: 0; } .lanes .axis { grid-column: 1; }
  .forest ul { padding-left: 1.1rem; } .forest ul > li::before, .forest ul > li::after { left: -.7rem; } .forest ul > li::after { width: .7rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media (forced-colors: active) { .chip::before, .key::before { forced-color-adjust: none; } }
`;

export const styleSheet: string = `:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
${base}${frame}${pieces}${tables}${drawings}`;

/** The page's style: the reader's own colours and fonts, and nothing from elsewhere. */

export const styleSheet = `
:root { color-scheme: light dark; --good: #1a7f37; --bad: #cf222e; --dim: #6e7781; --line: #8c959f55; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; --dim: #8d96a0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
code, .mono { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
.verdict { border-left: 0.3rem solid var(--bad); padding: 0.3rem 1rem; font-size: 1.15rem; }
.verdict.healthy { border-color: var(--good); }
.dim { color: var(--dim); }
.passed { color: var(--good); }
.failed { color: var(--bad); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem 0.25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th, td.time { white-space: nowrap; overflow-wrap: normal; }
td.bar { width: 30%; min-width: 8rem; }
.track { display: block; position: relative; height: 0.9rem; background: var(--line); }
.track span { position: absolute; top: 0; bottom: 0; background: var(--dim); min-width: 2px; }
.track span.passed { background: var(--good); }
.track span.failed { background: var(--bad); }
ol.path { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 0; padding: 0; margin: 0.3rem 0; }
ol.path li { border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.15rem 0.6rem; }
ol.path li + li { margin-left: 1.6rem; position: relative; }
ol.path li + li::before { content: "\\2190"; position: absolute; left: -1.35rem; color: var(--dim); }
ol.path li.anchor { border-style: double; border-width: 3px; }
.end { margin: 0 0 1rem 0; }
`;

/** The page at `https://lab.localhost`: every site, what is wrong with it, and what should come of it. */
import { html, type Markup, pageStyle, renderDocument, renderTable } from "../html/index.ts";
import type { Family, Site } from "./site.ts";

const headings: Readonly<Record<Family, string>> = {
  certificates: "Certificates",
  protocol: "Protocol",
  http: "HTTP",
  http2: "HTTP/2",
};

const style = `${pageStyle}
.site { width: 28%; } .wrong { width: 44%; } .site, .expected { min-width: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; list-style: none; padding: 0; }
nav a { display: inline-flex; align-items: center; min-height: 2.75rem; }
`;

/** The page as HTML. */
export function renderIndexPage(sites: readonly Site[]): string {
  const families = (Object.keys(headings) as Family[]).filter((family) =>
    sites.some((site) => site.family === family),
  );
  const body = html`<h1>Meerkat's lab</h1>
    <p>
      One HTTPS site for every way HTTPS goes wrong, and the healthy ones beside them. What Meerkat makes of
      each is what is expected; a browser may be kinder, or sterner.
    </p>
    <nav aria-label="Kinds of sites">
      <ul>
        ${families.map((family) => html`<li><a href="#${family}">${headings[family]}</a></li>`)}
      </ul>
    </nav>
    ${families.map((family) =>
      renderFamily(
        family,
        sites.filter((site) => site.family === family),
      ),
    )}`;
  return renderDocument({ title: "Meerkat's lab", style, body });
}

function renderFamily(family: Family, sites: readonly Site[]): Markup {
  const columns = [
    { title: "Site", css: "site" },
    { title: "What is wrong", css: "wrong" },
    { title: "Expected", css: "expected" },
  ];
  const rows = sites.map((site) => [
    html`<a href="${site.url}">${site.name}</a>`,
    site.wrong,
    renderExpectation(site),
  ]);
  return html`<h2 id="${family}">${headings[family]}</h2>
    ${renderTable({ columns, rows })}`;
}

/** What should come of a site, in a few words. */
function renderExpectation({ expected, caughtBy }: Site): string {
  if (expected.code !== null) return expected.code;
  if (expected.status === null) return "a response";
  return caughtBy === null ? `${expected.status}, healthy` : `${expected.status}`;
}

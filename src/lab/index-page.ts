/** The page at `https://lab.localhost`: every site, what is wrong with it, and what should come of it. */
import { html, renderDocument, type Markup } from "../html/index.ts";
import type { Family, Site } from "./site.ts";

const headings: Readonly<Record<Family, string>> = {
  certificates: "Certificates",
  protocol: "Protocol",
  http: "HTTP",
  http2: "HTTP/2",
};

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-top: 1px solid #8884; }
td:first-child { white-space: nowrap; }
code { font-size: 0.9em; }
`;

/** The page as HTML. */
export function renderIndexPage(sites: readonly Site[]): string {
  const families = Object.keys(headings) as Family[];
  const body = html`<h1>Meerkat's lab</h1>
    <p>
      One HTTPS site for every way HTTPS goes wrong, and the healthy ones beside them. The last column says
      what Meerkat makes of each; a browser may be kinder, or sterner.
    </p>
    ${families.map((family) =>
      renderFamily(
        headings[family],
        sites.filter((site) => site.family === family),
      ),
    )}`;
  return renderDocument({ title: "Meerkat's lab", style, body });
}

function renderFamily(heading: string, sites: readonly Site[]): Markup {
  if (sites.length === 0) return html``;
  return html`<h2>${heading}</h2>
    <table>
      <tr>
        <th scope="col">Site</th>
        <th scope="col">What is wrong</th>
        <th scope="col">Expected</th>
      </tr>
      ${sites.map(renderRow)}
    </table>`;
}

function renderRow(site: Site): Markup {
  return html`<tr>
    <td><a href="${site.url}">${site.name}</a></td>
    <td>${site.wrong}</td>
    <td>${renderExpectation(site)}</td>
  </tr>`;
}

/** What should come of a site, in a few words. */
function renderExpectation({ expected, caughtBy }: Site): string {
  if (expected.code !== null) return expected.code;
  if (expected.status === null) return "a response";
  return caughtBy === null ? `${expected.status}, healthy` : `${expected.status}`;
}

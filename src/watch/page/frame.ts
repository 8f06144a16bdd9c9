/** The frame of every page: its head, the way around, and where live news are shown. */
import { html, type Markup } from "../../html/index.ts";
import { iconPath, scriptPath, stylePath } from "./assets.ts";
import { linkTo } from "./parts/pieces.ts";
import { renderMinute } from "./parts/when.ts";

export interface Frame {
  readonly title: string;
  /** The path of the page. */
  readonly path: string;
  /** The address of its JSON; `undefined` where it has none. */
  readonly twin: string | undefined;
  readonly body: Markup;
  readonly now: number;
  /** The name that the proxy gave. */
  readonly who: string | undefined;
  /** Whether somebody signed in, and can sign out. */
  readonly canSignOut: boolean;
  /** Whether news come while the page is open. */
  readonly isLive: boolean;
}

const rooms = [
  ["/", "Overview"],
  ["/endpoints", "Endpoints"],
  ["/bundles", "Bundles"],
  ["/alerts", "Alerts"],
] as const;

export function renderFrame(frame: Frame): string {
  const { title, path, body, now, isLive } = frame;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} - Meerkat watch</title>
        <link rel="icon" href="${iconPath}" type="image/svg+xml" />
        <link rel="stylesheet" href="${stylePath}" />
        ${isLive ? html`<script src="${scriptPath}" defer></script>` : ""}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <div class="bar">
            <a class="brand" href="/">Meerkat watch</a>
            ${path === "/sign-in" ? "" : renderNav(path)}
            <span class="aside"
              >${isLive ? html`<span id="live" role="status"></span>` : ""} ${renderWho(frame)}</span
            >
          </div>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer>
          <span id="s-made" data-live
            >As of <time datetime="${new Date(now).toISOString()}">${renderMinute(now)}</time></span
          >
          ${renderTwinLink(frame)}
        </footer>
      </body>
    </html> `.text;
}

function renderNav(path: string): Markup {
  const links = rooms.map(([href, name]) => {
    const isHere = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
    const here = isHere ? html` aria-current="page"` : "";
    return html`<a href="${href}" ${here}>${name}</a>`;
  });
  return html`<nav aria-label="Pages of the watch">${links}</nav>`;
}

function renderWho({ who, canSignOut }: Frame): Markup {
  if (canSignOut) {
    return html`<form method="post" action="/sign-out">
      <button type="submit" class="plain">Sign out</button>
    </form>`;
  }
  return who === undefined ? html`` : html`<span class="dim">${who}</span>`;
}

function renderTwinLink({ twin }: Frame): Markup {
  if (twin === undefined) return html``;
  const [path = "/", query = ""] = twin.split("?");
  const asked = Object.fromEntries(new URLSearchParams(query));
  return html`<a href="${linkTo(path, { ...asked, format: "json" })}" type="application/json">JSON</a>
    <a href="/metrics">Metrics</a>`;
}

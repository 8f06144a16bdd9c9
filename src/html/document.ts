/** The frame of a page that needs nothing else: no script, no font, no picture from elsewhere. */
import { html, Markup, type Value } from "./markup.ts";

export interface Page {
  readonly title: string;
  /** CSS of our own, as it is. */
  readonly style: string;
  readonly body: Value;
}

/** The page as text. Its policy lets nothing run and nothing be fetched. */
export function renderDocument({ title, style, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

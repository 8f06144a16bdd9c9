/** HTML by hand: markup whose values are escaped, and the frame of a page. */
export { renderDocument } from "./document.ts";
export { escapeHtml, html, type Markup } from "./markup.ts";

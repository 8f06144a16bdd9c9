/** HTML by hand: markup whose values are escaped, the frame of a page, its style, and its tables. */
export { renderDocument } from "./document.ts";
export { escapeHtml, html, type Markup } from "./markup.ts";
export { pageStyle } from "./style.ts";
export { type Column, renderTable, renderTableHead } from "./table.ts";

/**
 * A table of every page: one head, and rows that become a list where the screen is narrow. There each value stands below the
 * one before it, after its column's title; the roles keep it a table for screen readers.
 */
import { html, type Markup } from "./markup.ts";

export interface Column {
  readonly title: string;
  /** A class of the column's cells: `short` for what stands in one line. */
  readonly css?: string;
}

export interface Table {
  readonly caption?: string;
  readonly id?: string;
  readonly css?: string;
  readonly columns: readonly Column[];
  /** As many cells in each as there are columns. */
  readonly rows: readonly (readonly (string | Markup)[])[];
  /** Which cell of a row names it; the first, unless it is said. */
  readonly named?: number;
}

/** The table; its rows have their titles with them, for the style that makes a list of it. */
export function renderTable({ caption, id = "", css = "list", columns, rows, named = 0 }: Table): Markup {
  const lines = rows.map((cells) => {
    const parts = cells.map((cell, index) => {
      const { title = "", css: own = "" } = columns[index] ?? {};
      return index === named
        ? html`<th scope="row" role="rowheader" class="${own}">${cell}</th>`
        : html`<td role="cell" class="${own}" data-label="${title}">${cell}</td>`;
    });
    return html`<tr role="row">
      ${parts}
    </tr>`;
  });
  const above =
    caption === undefined
      ? ""
      : html`<caption>
          ${caption}
        </caption>`;
  return html`<table role="table" ${id === "" ? "" : html`id="${id}"`} class="${css}">
    ${above} ${renderTableHead(columns)}
    <tbody role="rowgroup">
      ${lines}
    </tbody>
  </table>`;
}

/** The head alone, for a table whose rows are drawn otherwise. */
export function renderTableHead(columns: readonly Column[]): Markup {
  const heads = columns.map(
    ({ title, css = "" }) => html`<th scope="col" role="columnheader" class="${css}">${title}</th>`,
  );
  return html`<thead role="rowgroup">
    <tr role="row">
      ${heads}
    </tr>
  </thead>`;
}

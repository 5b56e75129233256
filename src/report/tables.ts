import { html, type Html } from './html.ts';
import type { Quantity } from './quantities.ts';

/** A cell: a number with its exact value, text, or markup. */
export type Cell = Quantity | string | Html;

/** A table: the first cell of each row names the row; numbers stand on the right, text stands left and may wrap. */
export interface Table {
  /** What the table shows, for people who hear it. */
  readonly label: string;
  readonly columns: readonly { readonly heading: string; readonly isText?: boolean; readonly title?: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The table in a box of its own that scrolls sideways, so that the page never has to. */
export function renderTable(table: Table): Html {
  const isText = table.columns.map((column) => column.isText ?? false);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${table.label}">
    <table>
      <thead>
        <tr>
          ${table.columns.map(
            (column, index) =>
              html`<th scope="col" ${attribute('class', isText[index] ? 't' : null)}${attribute('title', column.title)}>
                ${column.heading}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => renderCell(cell, index === 0, isText[index] ?? false))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderCell(cell: Cell, namesRow: boolean, isText: boolean): Html {
  const isQuantity = typeof cell === 'object' && 'text' in cell;
  const content = isQuantity ? cell.text : cell;
  if (namesRow) return html`<th scope="row" ${attribute('class', isText ? 't' : null)}>${content}</th>`;
  const exact = isQuantity ? cell.exact : null;
  return html`<td${attribute('class', isText ? 't' : null)}${attribute('title', exact)}>${content}</td>`;
}

function attribute(name: 'class' | 'title', value: string | null | undefined): Html {
  if (value === null || value === undefined) return html``;
  return name === 'class' ? html` class="${value}"` : html` title="${value}"`;
}

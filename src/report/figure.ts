import type { Chart, ChartView, KeyEntry } from './charts/chart.ts';
import { html, Html } from './html.ts';
import { renderTable } from './tables.ts';

/** A chart as it stands on the page: title, what to read from it, key, drawings, and the same as a table. */
export function renderFigure(chart: Chart): Html {
  const isEmpty = chart.views.length === 0;
  return html`<figure class="card${chart.isWide ? ' wide' : ''}">
    <figcaption>
      <h3>${chart.title}</h3>
      <p>${chart.caption}</p>
    </figcaption>
    ${
      isEmpty || chart.key.length === 0
        ? null
        : html`<ul class="key" aria-label="Key">
            ${chart.key.map(renderKey)}
          </ul>`
    }
    ${chart.isSmallMultiple ? html`<div class="panels">${chart.views.map(renderPanel)}</div>` : chart.views.map(renderView)}
    ${
      isEmpty || chart.table.rows.length === 0
        ? null
        : html`<details>
            <summary>The figures as a table</summary>
            ${renderTable(chart.table)}
          </details>`
    }
  </figure>`;
}

function renderView(view: ChartView): Html {
  return html`${view.heading === null ? null : html`<h4>${view.heading}</h4>`}
    <div class="chart" data-chart="${view.id}" role="img" aria-label="${view.description}">
      <div class="view"></div>
    </div>`;
}

function renderPanel(view: ChartView): Html {
  return html`<div>${renderView(view)}</div>`;
}

function renderKey({ label, colour, shape }: KeyEntry): Html {
  return html`<li><svg class="c-${colour}" viewBox="0 0 18 12" aria-hidden="true">${SHAPES[shape]}</svg>${label}</li>`;
}

const SHAPES: Readonly<Record<KeyEntry['shape'], Html>> = {
  area: new Html('<rect x="2" y="1" width="14" height="10" rx="2"/>'),
  line: new Html('<path class="stroke" d="M1 6H17"/>'),
  dash: new Html('<path class="stroke" stroke-dasharray="5 3" d="M0 6H18"/>'),
  circle: new Html('<circle cx="9" cy="6" r="4.5"/>'),
  diamond: new Html('<path d="M9 0.5L14.5 6L9 11.5L3.5 6Z"/>'),
  square: new Html('<rect x="4.5" y="1.5" width="9" height="9"/>'),
  cross: new Html('<path class="stroke" d="M5 2L13 10M13 2L5 10"/>'),
  triangle: new Html('<path d="M9 1L14.5 11H3.5Z"/>'),
};

/**
 * The page's own script. It draws each chart into its box; `ast: true` has Vega interpret its expressions, so that the
 * page's policy can forbid evaluating text as code. A chart that fails says so in its place and in the console.
 */
export const pageScript = `'use strict';
(() => {
  const { config, specs } = JSON.parse(document.getElementById('chart-specs').textContent);
  const options = {
    mode: 'vega-lite', renderer: 'svg', ast: true, actions: false, defaultStyle: false, config,
    tooltip: { disableDefaultStyle: true, theme: 'page' },
  };
  for (const box of document.querySelectorAll('[data-chart]')) {
    const view = box.querySelector('.view');
    vegaEmbed(view, specs[box.dataset.chart], options).then(
      () => { box.dataset.state = 'drawn'; },
      (error) => {
        box.dataset.state = 'failed';
        view.textContent = 'This chart could not be drawn (' + error.message + '). Its figures are in the table below.';
        console.error(error);
      },
    );
  }
})();`;

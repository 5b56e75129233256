import type { ServiceFigures } from '../sim/record/service-record.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { count, decimal, durationInWords, percent, type Quantity } from './quantities.ts';
import { renderTable } from './tables.ts';

/** Beyond this, figures are of no more than the order of the assumptions. */
const HOURS_MAX = 1000 * 8766;

/** How well each service was there, beside what a closed form gives for independent replicas, where it has one. */
export function renderServices(services: readonly ServiceFigures[]): Html {
  const hasForm = services.some(({ expected }) => expected !== null);
  const formed = hasForm ? [{ heading: 'closed form', title: 'Of independent replicas' }] : [];
  const table = renderTable({
    label: 'Services',
    columns: [
      { heading: 'Service' },
      { heading: 'Needs' },
      { heading: 'Up', title: 'Part of the time since it was first up' },
      ...formed,
      { heading: 'Outages' },
      { heading: 'Mean time up', title: 'Time up over the outages' },
      ...formed,
      { heading: 'Mean outage' },
      ...formed,
      { heading: 'Serving', title: 'Replicas, on average' },
      { heading: 'Least', title: 'Replicas that served at the worst instant' },
      { heading: 'Failed over', title: 'Replicas that a fault stopped and that were taken off their GPUs' },
    ],
    rows: services.map((one) => [
      nameHtml(one.service, '(unnamed)', 40),
      `${one.needed} of ${one.replicas}`,
      part(one.availability),
      ...(hasForm ? [part(one.expected?.availability ?? null)] : []),
      count(one.interruptions),
      hoursInWords(one.meanUpH),
      ...(hasForm ? [hoursInWords(one.expected?.meanUpH ?? null)] : []),
      hoursInWords(one.meanDownH),
      ...(hasForm ? [hoursInWords(one.expected?.meanDownH ?? null)] : []),
      decimal(one.servingMean),
      count(one.servingMin),
      count(one.failovers),
    ]),
  });
  const lead = hasForm
    ? html`<p class="lead">
        The closed form is of replicas that break independently, by the mean times between faults of their nodes;
        outages that are planned or hit many nodes at once are not in it, and what they cost is the difference.
      </p>`
    : null;
  return html`${lead}${table}`;
}

/** To the thousandth of a per cent: services are sold by their nines. */
function part(fraction: number | null): Quantity {
  if (fraction === null) return percent(null);
  return { text: `${(100 * fraction).toFixed(3)}\u00a0%`, exact: String(fraction) };
}

function hoursInWords(hours: number | null): Quantity {
  if (hours !== null && hours > HOURS_MAX) return { text: 'over 1,000 years', exact: `${String(hours)} h` };
  return durationInWords(hours === null ? null : 3600 * hours);
}

import type { BlastRadius } from '../sim/record/blast-radius.ts';
import { dateText } from './charts/time-axis.ts';
import type { Summary } from '../sim/record/summary.ts';
import { html, type Html } from './html.ts';
import { count, decimal, durationInWords, grouped, type Quantity } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

const SITE: BlastRadius['level'] = 'site';

/** What the loss of one domain of each level would have hit, on average and at worst. */
export function renderBlastRadius({ startDate, figures }: Pick<Summary, 'startDate' | 'figures'>): Html {
  const { blastRadius } = figures;
  const isPriced = blastRadius.some(({ mean }) => mean.cost !== null);
  const hasServices = blastRadius.some(({ worst }) => worst.services > 0);
  return renderTable({
    label: 'Blast radius of each level',
    columns: [
      { heading: 'Loss of one' },
      { heading: 'There are' },
      { heading: 'GPUs', title: 'Of the largest' },
      { heading: 'Jobs hit', title: 'On average over its domains and the run' },
      { heading: 'Their GPUs', title: 'On average' },
      { heading: 'Jobs, worst' },
      { heading: 'GPUs, worst' },
      { heading: 'Tenants, worst' },
      ...(hasServices ? [{ heading: 'Services, worst' }] : []),
      ...(isPriced ? [{ heading: 'Cost, mean' }, { heading: 'Cost, worst' }] : []),
      { heading: 'Worst at' },
    ],
    rows: blastRadius.map(({ level, domains, gpus, mean, worst }): Cell[] => [
      level,
      count(domains),
      count(gpus),
      decimal(mean.gangs),
      decimal(mean.gpus),
      count(worst.gangs),
      count(worst.gpus),
      count(worst.tenants),
      ...(hasServices ? [count(worst.services)] : []),
      ...(isPriced ? [money(mean.cost), money(worst.cost)] : []),
      worst.gangs === 0
        ? ''
        : html`${level === SITE && domains === 1 ? 'it' : `${level} ${worst.domain}`}, ${when(worst.atS, startDate)}`,
    ]),
  });
}

function when(atS: number, startDate: string | null): string {
  if (startDate !== null) return dateText(new Date(Date.parse(startDate) + 1000 * atS), 'minutes');
  return `${durationInWords(atS).text} after the start`;
}

function money(cost: number | null): Quantity | string {
  return cost === null ? '–' : { text: grouped(cost, 2), exact: String(cost) };
}

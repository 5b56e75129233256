import type { DataLossFigures, MeanAndMax } from '../sim/record/data-losses.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { count, countOf, decimal, durationInWords, type Quantity } from './quantities.ts';
import { renderTable } from './tables.ts';

/** Data sets of which every copy was destroyed: what of them came back, and when. */
export function renderDataLoss({ sets, withBackup, losses, gone, bySet, turnedAway }: DataLossFigures): Html {
  const known = `${countOf(sets, 'data set')}, ${count(withBackup).text} with a backup.`;
  if (losses === 0) return html`<p class="empty">${known} Some copy of each was always there.</p>`;
  const ends =
    gone === 0
      ? null
      : html` ${countOf(gone, 'data set')} had no complete backup and did not come back; ${countOf(turnedAway, 'job')}
        could never run for want of it.`;
  return html`<p class="lead">${known}${ends}</p>
    ${renderTable({
      label: 'Data sets that were lost',
      columns: [
        { heading: 'Data set' },
        { heading: 'Times lost' },
        { heading: 'Came back' },
        { heading: 'Changes lost, mean', title: 'Age of what came back (recovery point, RPO)' },
        { heading: 'At most' },
        { heading: 'GiB', title: 'Changes lost in all, where the scenario says how much changes' },
        { heading: 'Back after, mean', title: 'From the loss until it was there again (recovery time, RTO)' },
        { heading: 'At most' },
        { heading: 'Read again after', title: 'Until a job that reads it began again, on average' },
        { heading: 'Not there', title: 'In all' },
      ],
      rows: bySet.map((one) => [
        nameHtml(one.dataSet, '(unnamed)', 40),
        count(one.losses),
        one.isGone ? 'never' : count(one.restored),
        ...both(one.recoveryPointS),
        decimal(one.changesLostGiB),
        ...both(one.recoveryTimeS),
        span(one.readAgainS.mean),
        span(one.absentS),
      ]),
    })}`;
}

function both({ mean, max }: MeanAndMax): readonly Quantity[] {
  return [span(mean), span(max)];
}

function span(seconds: number | null): Quantity {
  return durationInWords(seconds);
}

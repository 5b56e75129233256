import type { Making } from '../study/results/making.ts';
import { levelText } from './estimates.ts';
import { html, type Html } from './html.ts';
import { shorten } from './names.ts';
import { count, countOf, durationInWords, shown } from './quantities.ts';
import { renderTable } from './tables.ts';

/**
 * How the runs were made, for somebody who was not there and wants to make them again. `moreRuns` says when a setting gets
 * more runs than the least.
 */
export function renderMaking(
  made: Making,
  confidence: number,
  plimsollVersion: string,
  moreRuns = untilNarrow(made),
): Html {
  const { scenario, seed, replications, codeVersion, axes } = made;
  const { atMost } = replications;
  const rows = [
    ['Scenario', html`<code>${shorten(scenario, 200)}</code>`],
    ['Runs of a setting', runsText(replications, moreRuns)],
    [
      'Luck',
      `Run r of every setting has seed ${seed} + r (r from 0 to ${count(atMost - 1).text} at most), so settings differ by what they are and not by their luck.`,
    ],
    ['Warm-up', warmUpText(made)],
    [
      'Intervals',
      `Hold the mean with ${levelText(confidence)} confidence, each for itself: of twenty at 95 %, one may well miss.`,
    ],
    ['Code', html`Plimsoll ${shorten(plimsollVersion, 40)}, version <code>${shorten(codeVersion, 40)}</code>`],
    ...axes.map(({ name, path }) => [`${shorten(name, 60)} varies`, html`<code>${shorten(path, 300)}</code>`] as const),
  ] as const;
  return renderTable({
    label: 'How it was made',
    columns: [{ heading: 'What' }, { heading: 'How', isText: true }],
    rows: rows.map(([what, how]) => [what, how]),
  });
}

function runsText({ atLeast, atMost, batchMeans }: Making['replications'], moreRuns: string): string {
  if (batchMeans) return 'One long run; intervals come from batches of it.';
  if (atMost === atLeast) return `${countOf(atLeast, 'run')}.`;
  return `${count(atLeast).text} to ${count(atMost).text}: ${moreRuns}.`;
}

function untilNarrow({ replications: { metric, relativeHalfWidth } }: Making): string {
  const share = `${Number((100 * relativeHalfWidth).toPrecision(3))} %`;
  return `more while half the interval of ${shorten(metric, 80)} is above ${share} of its mean`;
}

function warmUpText({ warmUp }: Making): Html {
  switch (warmUp.method) {
    case 'none':
      return html`None: runs count from beginning to end.`;
    case 'fixed':
      return html`The first ${shown(durationInWords(warmUp.lengthS))} of every run do not count.`;
    case 'mser-5':
      return html`Found for each setting in pilot runs (MSER-5); what comes before does not count.`;
    default:
      return warmUp.method satisfies never;
  }
}

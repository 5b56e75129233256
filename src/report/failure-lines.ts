import type { FailureFigures } from '../sim/record/failure-figures.ts';
import { html, type Html } from './html.ts';
import { nameHtml } from './names.ts';
import { count, countOf, hours, type Quantity } from './quantities.ts';
import { renderTable, type Cell } from './tables.ts';

/** What restarts cost beside the time after faults: jobs that gave way, crash loops, first starts and moves. */
export function renderFailureLines({ restarts, crashLoops, plannedStops, byClass, corruption }: FailureFigures): Html {
  const { secondOrder } = restarts;
  const { maintenance, prediction, reclaim } = plannedStops;
  const afterFaults = byClass.reduce((sum, { restartGpuHours }) => sum + restartGpuHours, 0);
  const waited = byClass.reduce((sum, { waitGpuHours }) => sum + waitGpuHours, 0);
  const interruptions = byClass.reduce((sum, one) => sum + one.interruptions, 0);
  const worst = crashLoops.worst.map(({ job }) => nameHtml(job, '(unnamed)', 30));
  const rows: (readonly Cell[])[] = [
    [
      'Jobs stopped by faults',
      count(interruptions),
      gpuHours(afterFaults),
      gpuHours(waited),
      'overhead of their next runs, and waiting for them',
    ],
    [
      'Jobs that gave way to those',
      count(secondOrder.preemptions),
      gpuHours(secondOrder.restartGpuHours),
      gpuHours(secondOrder.waitGpuHours),
      'preempted or moved off nodes that a job which came back from a fault then took: cost of second order',
    ],
    [
      'Crash loops',
      count(crashLoops.requeues),
      gpuHours(crashLoops.gpuHours),
      '',
      html`runs of ${countOf(crashLoops.jobs, 'job')} that kept nothing, from the fourth in a row on; GPU-hours are all
      that they held (also counted above, as lost and restart); ${countOf(crashLoops.preemptions, 'job')} gave way to
      them${worst.length === 0 ? null : html`. Worst: ${joined(worst)}`}`,
    ],
    [
      'Silent corruptions',
      count(corruption.gangs),
      gpuHours(corruption.lostGpuHours),
      '',
      'jobs that worked for nothing until a validation found it; GPU-hours since their last good checkpoint (also counted above, as lost)',
    ],
    [
      'Wrong results',
      count(corruption.corruptedResults),
      gpuHours(corruption.corruptedResultGpuHours),
      '',
      'jobs that a silent corruption had struck and that ended before a validation; GPU-hours are all that they held',
    ],
    [
      'Planned stops',
      count(maintenance + prediction + reclaim),
      gpuHours(plannedStops.restartGpuHours),
      gpuHours(plannedStops.waitGpuHours),
      `before anything hit them: ${maintenance} for maintenance, ${prediction} for predicted faults, ${reclaim} for reclaims`,
    ],
    ['Other preemptions', '', gpuHours(restarts.preemptedGpuHours), '', 'resuming after a policy had stopped them'],
    ['Moves and resizes', '', gpuHours(restarts.movedGpuHours), '', 'going on elsewhere or with other GPUs'],
    ['First starts', '', gpuHours(restarts.firstStartGpuHours), '', 'overhead of each job’s first run'],
    ['Teardown', '', gpuHours(restarts.teardownGpuHours), '', 'GPUs held after the work was done'],
  ];
  return renderTable({
    label: 'What restarts cost',
    columns: [
      { heading: 'Cause' },
      { heading: 'Times' },
      { heading: 'Restart', title: 'GPU-hours' },
      { heading: 'Waiting', title: 'GPU-hours of the jobs' },
      { heading: 'What it is', isText: true },
    ],
    rows,
  });
}

function joined(names: readonly Html[]): Html {
  return html`${names.map((name, index) => (index === 0 ? name : html`, ${name}`))}`;
}

function gpuHours(value: number): Quantity {
  return hours(value, 'GPU-hours');
}

import { US_PER_SECOND, usToSeconds } from '../kernel/clock.ts';
import type { Component } from '../model/components.ts';
import { isSharedPart } from '../model/fault-scope.ts';
import type { JobTable } from '../model/job-table.ts';
import type { IncidentFigures } from './failure-figures.ts';
import type { Incident } from './incidents.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;

/** An incident as it stands in the summary. */
export function incidentFigures(
  incident: Readonly<Incident>,
  { components }: { readonly components: readonly Component[] },
  { ids }: Pick<JobTable, 'ids'>,
): IncidentFigures {
  const struck = components[incident.component]!;
  const { kind, from, to } = struck;
  const { gangs, gpus, largestJob, largestGpus, again, givenUp } = incident;
  return {
    component: kind.name,
    place: placeOf(struck, components),
    firstNode: from,
    nodes: to - from,
    faultS: usToSeconds(incident.faultUs),
    foundS: instant(incident.foundUs),
    repairS: instant(incident.begunUs),
    mendedS: instant(incident.mendedUs),
    gangs,
    gpus,
    largestJob: ids[largestJob] ?? '',
    largestGpus,
    again,
    firstAgainS: instant(incident.firstAgainUs),
    lastAgainS: instant(incident.lastAgainUs),
    givenUp,
    lostGpuHours: incident.lostGpuUs / US_PER_HOUR,
    detectionGpuHours: incident.detectionGpuUs / US_PER_HOUR,
    waitGpuHours: incident.waitGpuUs / US_PER_HOUR,
    restartGpuHours: incident.restartGpuUs / US_PER_HOUR,
    outGpuHours: incident.outGpuUs / US_PER_HOUR,
  };
}

function placeOf({ kind, index, domain, from }: Component, components: readonly Component[]): string {
  if (kind.scope === 'cluster') return 'the whole cluster';
  if (isSharedPart(kind.scope)) return kind.scope === 'storage' ? 'the storage' : 'the control plane';
  if (kind.scope !== 'gpu') return `${kind.scope} ${domain}`;
  const firstThere = components.find((other) => other.index === index && other.from === from)!;
  return `GPU ${domain - firstThere.domain} of node ${from}`;
}

function instant(us: number): number | null {
  return us < 0 ? null : usToSeconds(us);
}

import { describe, expect, it } from 'vitest';
import type { BlastRadius } from '../../src/sim/record/blast-radius.ts';
import { renderBlastRadius } from '../../src/report/blast-radius.ts';
import { ettrBySize } from '../../src/report/charts/ettr-by-size.ts';
import { faultCosts } from '../../src/report/charts/fault-costs.ts';
import { faultsOverTime } from '../../src/report/charts/faults-over-time.ts';
import { gpuHoursByUse } from '../../src/report/charts/gpu-hours-by-use.ts';
import { serviceOutages } from '../../src/report/charts/service-outages.ts';
import { spareLevel } from '../../src/report/charts/spare-level.ts';
import { renderDataLoss } from '../../src/report/data-loss.ts';
import { renderFailureLines } from '../../src/report/failure-lines.ts';
import { renderIncidents, storyOf } from '../../src/report/incidents.ts';
import { renderQuarantine } from '../../src/report/quarantine.ts';
import type { Html } from '../../src/report/html.ts';
import { renderSharedParts } from '../../src/report/shared-parts.ts';
import { renderServices } from '../../src/report/services.ts';
import { richSummary, withFigures } from './summary-fixture.ts';

const rich = richSummary();
const failures = rich.figures.failures!;
const [ofRack, ofNode, open] = failures.incidents.worst;

function words({ source }: Html): string {
  return source
    .replaceAll(/<\/t[dh]>/g, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('\u00a0', ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Rows of a chart's only drawing. */
function rowsOf(chart: { readonly views: readonly { readonly spec: object }[] }): Record<string, unknown>[] {
  return (chart.views[0]!.spec as { data: { values: Record<string, unknown>[] } }).data.values;
}

describe('the story of an incident', () => {
  it('says what broke where, who stood still, how it was found and mended, and when all ran again', () => {
    expect(words(storyOf(ofRack!))).toBe(
      'A fault of top-of-rack switch, rack 7 (4 nodes): 3 jobs (192 GPUs) stood still, the largest of them job pretrain-70b. ' +
        'Found after 10.0 minutes, 2.0 hours in the queue for a technician, mended after 12.0 hours in all. ' +
        'All of them ran again 15.0 minutes to 1.2 hours after the fault.',
    );
  });

  it('leaves out what did not happen before the end of the run', () => {
    expect(words(storyOf(open!))).toMatch(
      /job pretrain-70b \(64 GPUs\) stood still\. .*the repair had not begun when the run ended\. It did not run again/,
    );
    const never = { ...ofNode!, foundS: null, again: 0, firstAgainS: null, lastAgainS: null, givenUp: 1 };
    expect(words(storyOf(never))).toMatch(/Nobody found it before the end of the run\. 1 job was given up\.$/);
  });

  it('is dated, or counted in days from the first on', () => {
    const cells = (startDate: string | null): string => words(renderIncidents({ startDate }, failures));
    expect(cells('2026-01-05T00:00:00Z')).toContain('14 Jan 2026, 07:12');
    expect(cells(null)).toContain('day 10, 07:12');
  });
});

describe('what all nodes share', () => {
  it('is told with how long it was away, and what faults did meanwhile', () => {
    const told = words(renderSharedParts({ endS: 2_160_000 }, failures)!);
    expect(told).toMatch(/storage 3 6\.0 hours 1\.00 3\.0 hours 2 310 no checkpoint is saved/);
    expect(told).toMatch(/control plane 1 30\.0 minutes 0\.083\d* 30\.0 minutes 0 0 nothing is decided/);
    expect(renderSharedParts({ endS: 1 }, { ...failures, sharedParts: [] })).toBeNull();
  });
});

describe('quarantine', () => {
  it('is told with who deserved it', () => {
    const quarantine = { times: 9, lemons: 7, others: 2, replaced: 6, nodeHours: 1210, lemonNodes: 8 };
    expect(words(renderQuarantine(quarantine))).toMatch(
      /9 times, in all for 1,210 node-hours .* 7 times it was a lemon, 2 times it was not\. When the run began, 8 nodes had a lemon in them, .* 6 times another node took the place\./,
    );
    expect(words(renderQuarantine({ ...quarantine, times: 0 }))).toMatch(/No node was kept\./);
  });
});

describe('the waterfall of GPU-hours', () => {
  it('goes down from all there were to the useful ones without a gap', () => {
    const steps = rowsOf(gpuHoursByUse(failures)) as { from: number; to: number }[];
    const all = Object.values(failures.gpuHours).reduce((sum, hours) => sum + hours, 0);
    expect(steps[0]).toMatchObject({ from: 0, to: all });
    for (let index = 2; index < steps.length - 1; index++) {
      expect(steps[index]!.to).toBeCloseTo(steps[index - 1]!.from, 6);
    }
    expect(steps.at(-2)!.from).toBeCloseTo(failures.gpuHours.useful, 6);
    expect(steps.at(-1)).toMatchObject({ use: 'useful', from: 0, to: failures.gpuHours.useful });
  });

  it('leaves out steps of nothing', () => {
    const calm = gpuHoursByUse({ ...failures, gpuHours: { ...failures.gpuHours, degraded: 0, maintenance: 0 } });
    const uses = rowsOf(calm).map(({ use }) => use);
    expect(uses).not.toContain('degraded');
    expect(uses).not.toContain('maintenance');
    expect(uses).toContain('lost work');
  });
});

describe('what faults cost', () => {
  it('is split by phase without counting anything twice', () => {
    const rows = rowsOf(faultCosts(failures)) as { component: string; hours: number }[];
    const gpu = failures.byClass[0]!;
    const drawn = rows.filter(({ component }) => component === 'GPU').reduce((sum, { hours }) => sum + hours, 0);
    expect(drawn).toBeCloseTo(gpu.lostGpuHours + gpu.detectionGpuHours + gpu.waitGpuHours + gpu.restartGpuHours, 9);
    expect(rows.some(({ component }) => component === 'power supply')).toBe(false);
  });

  it('has lines of its own for jobs that gave way and for crash loops', () => {
    const text = words(renderFailureLines(failures));
    expect(text).toMatch(/Jobs that gave way to those 17 210 1,900/);
    expect(text).toMatch(/Crash loops 31 389 .* 4 jobs gave way to them\. Worst: nightly-eval, sweep-17/);
  });
});

describe('the blast radius', () => {
  const blast = { gangs: 3, gpus: 24, tenants: 2, services: 0, cost: null };
  const rack: BlastRadius = {
    level: 'rack',
    domains: 12,
    nodes: 4,
    gpus: 32,
    mean: { ...blast, gangs: 1.5, gpus: 12.25 },
    worst: { ...blast, gangs: 7, gpus: 512, domain: 5, atS: 3 * 86_400 },
  };
  const told = (one: BlastRadius): string =>
    words(renderBlastRadius(withFigures({ ...rich, startDate: null }, { blastRadius: [one] })));

  it('is told on average and at worst, with when that was', () => {
    expect(told(rack)).toMatch(/rack 12 32 1\.50 12\.3 7 512 2 rack 5, 3\.0 days after the start/);
    expect(told(rack)).not.toMatch(/Cost|Services/);
  });

  it('has a price where there is one', () => {
    expect(told({ ...rack, mean: { ...rack.mean, cost: 41.5 }, worst: { ...rack.worst, cost: 1700 } })).toMatch(
      /512 2 41\.50 1,700\.00 rack 5/,
    );
  });
});

describe('faults over time', () => {
  it('are all drawn, the classes beyond the fifth as one', () => {
    const like = failures.byClass[0]!;
    const byClass = Array.from({ length: 9 }, (_, index) => ({
      ...like,
      component: `part ${index}`,
      faults: 9 - index,
    }));
    const counts = [Array.from({ length: 9 }, (_, index) => 9 - index)];
    const chart = faultsOverTime(rich, { ...failures, byClass, faultsOverTime: { bucketS: 86_400, counts } });
    const rows = rowsOf(chart) as { faults: number; below: number; above: number }[];
    expect(rows.map(({ faults }) => faults)).toEqual([9, 8, 7, 6, 5, 10]);
    expect(rows.at(-1)).toMatchObject({ component: '4 others', below: 35, above: 45 });
  });
});

describe('the level of the spare pool', () => {
  it('is thinned to its lowest levels, and ends with the run', () => {
    const fromS = Array.from({ length: 5000 }, (_, index) => 100 * index);
    const nodes = fromS.map((_, index) => (index === 4321 ? 0 : 3 + (index % 2)));
    const chart = spareLevel(withFigures({ ...rich, startDate: null }, { endS: 1e6 }), { fromS, nodes });
    const rows = rowsOf(chart) as { nodes: number }[];
    expect(rows.length).toBeLessThanOrEqual(601);
    expect(Math.min(...rows.map((row) => row.nodes))).toBe(0);
    expect(words(chart.caption)).toMatch(/^Between 0 and 4; none for 0\.0 % of the time/);
    expect(chart.table.rows.length).toBeLessThanOrEqual(48);
  });
});

describe('ETTR by size', () => {
  it('has no key for a closed form where none applies', () => {
    const bySize = failures.bySize.map((size) => ({ ...size, expectedEttr: null }));
    expect(ettrBySize(failures).key).toHaveLength(3);
    expect(ettrBySize({ ...failures, bySize }).key).toHaveLength(2);
  });
});

describe('services', () => {
  it('stand beside the closed form of independent replicas, and without it where none has one', () => {
    const [chat] = rich.figures.services;
    expect(words(renderServices([chat!]))).toMatch(
      / chat 6 of 8 99\.960 % 99\.991 % 3 10\.0 days 33\.8 days 5\.8 minutes 4\.4 minutes 7\.91 4 17 /,
    );
    const unformed = words(renderServices([{ ...chat!, expected: null }]));
    expect(unformed).toMatch(/ chat 6 of 8 99\.960 % 3 10\.0 days 5\.8 minutes 7\.91 4 17 /);
    expect(unformed).not.toContain('closed form');
    const never = { ...chat!.expected!, meanUpH: 1e9 };
    expect(words(renderServices([{ ...chat!, expected: never }]))).toContain('over 1,000 years');
  });

  it('have a line over time with a mark for each outage, and the longest in words', () => {
    const chart = serviceOutages(rich);
    expect(rowsOf(chart).map(({ service, seconds }) => [service, seconds])).toEqual([
      ['chat', 270],
      ['chat', 420],
      ['chat', 347],
    ]);
    expect(words(chart.caption)).toMatch(/^3 outages in all, the longest of 7\.0 minutes\./);
    const calm = serviceOutages(withFigures(rich, { services: [{ ...rich.figures.services[0]!, outages: [] }] }));
    expect(calm.views).toEqual([]);
  });
});

describe('data that were lost', () => {
  const none = { mean: null, max: null };
  const lost = { dataSet: 'corpus', losses: 2, restored: 2, isGone: false, changesLostGiB: 201.2, absentS: 4500 };
  const times = { mean: 2250, max: 2400 };
  const back = { ...lost, turnedAway: 0, recoveryPointS: { mean: 10_800, max: 14_400 }, readAgainS: none };
  const figures = { sets: 3, withBackup: 1, losses: 2, restored: 2, gone: 0, turnedAway: 0 };

  it('are told with how old they came back and when', () => {
    const told = words(
      renderDataLoss({
        ...figures,
        recoveryPointS: times,
        recoveryTimeS: times,
        bySet: [{ ...back, recoveryTimeS: times }],
      }),
    );
    expect(told).toMatch(/3 data sets, 1 with a backup\./);
    expect(told).toMatch(/ corpus 2 2 3\.0 hours 4\.0 hours 201 37\.5 minutes 40\.0 minutes – 1\.3 hours /);
  });

  it('are told to be gone, with the jobs that could not run for that', () => {
    const gone = {
      ...back,
      isGone: true,
      restored: 0,
      recoveryPointS: none,
      recoveryTimeS: none,
      changesLostGiB: null,
    };
    const all = { ...figures, gone: 1, turnedAway: 4, recoveryPointS: none, recoveryTimeS: none, bySet: [gone] };
    expect(words(renderDataLoss(all))).toMatch(/1 data set had no complete backup .* 4 jobs could never run/);
    expect(words(renderDataLoss({ ...all, losses: 0, bySet: [] }))).toContain('Some copy of each was always there.');
  });
});

import { describe, expect, it } from 'vitest';
import { metricsFor } from '../../src/sim/engine/run-metrics-for.ts';
import { Simulation } from '../../src/sim/engine/simulation.ts';
import { Column } from '../../src/sim/record/occupancy.ts';
import { evaluate } from '../../src/study/metrics/evaluate.ts';
import { parseMetric } from '../../src/study/metrics/expression.ts';
import { RunRecord } from '../../src/study/metrics/run-record.ts';
import { specOf } from '../engine/run-builder.ts';

const S = 1_000_000;

/** One GPU; four jobs of 10 s come at 0, 0, 0 and 60 s: they wait 0, 10, 20 and 0 s. */
function recordOf(warmUpS = 0): RunRecord {
  const submitS = [0, 0, 0, 60];
  const spec = specOf({
    pools: [{ nodes: 1, gpusPerNode: 1 }],
    jobs: submitS.map((at, job) => ({ submitUs: at * S, runUs: 10 * S, gpus: 1, tenant: job % 2 === 0 ? 'a' : 'b' })),
    scheduling: 'fifo',
    placement: 'count',
  });
  const metrics = metricsFor(spec);
  const simulation = new Simulation(spec, metrics.folds);
  while (simulation.advance(100));
  const { nowUs: endUs, events, decisions } = simulation;
  return new RunRecord(metrics, metrics.figures({ endUs, events, decisions }), spec.jobs, 1, warmUpS * S);
}

const valueOf = (text: string, warmUpS = 0): number | null => evaluate(parseMetric(text), recordOf(warmUpS));

describe('a metric', () => {
  it.each([
    ['mean(wait)', 7.5],
    ['max(wait)', 20],
    ['median(wait)', 5],
    ['p50(wait)', 5],
    ['P(wait > 9s)', 0.5],
    ['P(wait > 0)', 0.5],
    ['P(wait > 20)', 0],
    ['mean(wait, tenant=a)', 10],
    ['mean(wait, tenant=b, gpus=1)', 5],
    ['mean(wait, gpus=2..)', null],
    ['mean(completion)', 17.5],
    ['mean(run)', 10],
    ['max(slowdown)', 3],
    ['utilisation', 40 / 70],
    ['makespan', 70],
    ['queueLength', 30 / 70],
    ['jobsInSystem', 1],
    ['finished', 1],
    ['throughput', (4 * 3600) / 70],
    ['ettr', null],
  ])('%s is %d', (text, expected) => {
    const value = valueOf(text);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 12);
  });

  it('counts after the warm-up alone: jobs that came later, averages up to the last submission', () => {
    expect(valueOf('mean(wait)', 30)).toBe(0);
    expect(valueOf('jobsInSystem', 20)).toBeCloseTo(10 / 40, 12);
    expect(recordOf().whileArriving(Column.JobsRunning).values.length).toBe(60);
  });

  it('finish of a job is when it ends; of a job that is not there there is none', () => {
    const record = recordOf();
    expect(evaluate(parseMetric(`finish(job=${record.jobs.ids[3]})`), record)).toBe(70);
    expect(evaluate(parseMetric('finish(job=nobody)'), record)).toBeNull();
  });

  it.each([
    ['p95(wiat)', '"wiat" is no quantity of a job; did you mean "wait"?'],
    ['utilization', '"utilization" is no metric; did you mean "utilisation"?'],
    ['p0(wait)', '"p0" is no metric'],
    ['p95 wait', 'is no metric; write it like p95(wait)'],
    ['P(wait)', 'P needs a bound; write it like P(wait > 6m)'],
    ['P(wait > soon)', 'the bound soon'],
    ['mean(wait, user=x)', '"user=x" chooses no jobs'],
    ['mean(wait, gpus=many)', 'gpus=many is no number of GPUs'],
    ['mean(wait, tenant=)', 'tenant needs a value'],
    ['utilisation(job=1)', 'utilisation takes nothing in brackets'],
    ['finish', 'write it like finish(job=NAME)'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parseMetric(text)).toThrow(reason);
  });
});

import { parseText } from '../../src/scenario/document/load.ts';
import { settleDocument } from '../../src/scenario/settle.ts';
import { ImportedFiles } from '../../src/traces/imported-files.ts';
import { pilotWarmUpUs } from '../../src/study/runs/pilot-warm-up.ts';
import { runTask } from '../../src/study/runs/run-task.ts';
import type { RunOutcome, RunTask } from '../../src/study/runs/task.ts';

/** Runs of an M/M/1 at a load, service 1 s on average, through the engine and the metrics of studies. */
export class QueueRuns {
  private readonly files = new ImportedFiles();
  private readonly task: Omit<RunTask, 'key' | 'warmUpUs'>;

  constructor(load: number, customers: number, metrics: readonly string[], batchLevel?: number) {
    const document = parseText(
      'mm1.yaml',
      `name: mm1
cluster: { pools: [{ name: server, nodes: 1, gpusPerNode: 1, gpuType: A }] }
workload:
  synthetic:
    - name: customers
      jobs: ${customers}
      arrivals: { ratePerHour: ${3600 * load} }
      gpus: { values: [1] }
      run: { kind: exponential, mean: 1s }
policies: { scheduling: fifo, placement: count }
`,
    );
    this.task = {
      scenario: settleDocument(document).data,
      file: 'mm1.yaml',
      inputs: [],
      metrics,
      ...(batchLevel === undefined ? {} : { batchLevel }),
    };
  }

  run(seed: number, warmUpS: number): Promise<RunOutcome> {
    return this.runTask(seed, { warmUpUs: warmUpS * 1e6 });
  }

  /** The warm-up that five runs of their own say, s; 0 if they say none. */
  async warmUpS(seed: number): Promise<number> {
    const pilots: RunOutcome[] = [];
    for (let pilot = 0; pilot < 5; pilot++) {
      pilots.push(await this.runTask(2 ** 51 + 5 * seed + pilot, { warmUpUs: 0, isPilot: true }));
    }
    return (pilotWarmUpUs(pilots) ?? 0) / 1e6;
  }

  private runTask(seed: number, asked: Pick<RunTask, 'warmUpUs' | 'isPilot'>): Promise<RunOutcome> {
    return runTask({ ...this.task, ...asked, key: '', scenario: { ...this.task.scenario, seed } }, this.files);
  }
}

import type { Gang } from '../../src/sim/contract/placement.ts';
import type { JobTable } from '../../src/sim/model/job-table.ts';
import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';
import { idleNodes, move } from '../policies/obvious-placement.ts';
import type { ObviousNode } from '../policies/obvious-node.ts';
import type { NodeGrant } from './fact-log.ts';
import { clusterOf, placementOf, tableOfSketches, type RunSketch } from './run-builder.ts';

/** Follows a run by its facts alone, and looks at what waits and what is free whenever time is about to pass. */
export class Onlooker implements Fold {
  readonly nodes: ObviousNode[];
  readonly waiting = new Set<number>();
  readonly #jobs: JobTable;
  readonly #countOnly: boolean;
  readonly #look: (onlooker: Onlooker, durationUs: number) => void;
  #lastUs = 0;

  constructor(sketch: RunSketch, look: (onlooker: Onlooker, durationUs: number) => void) {
    const cluster = clusterOf(sketch.pools);
    this.nodes = idleNodes(cluster);
    this.#jobs = tableOfSketches(sketch.jobs, cluster.gpuTypes);
    this.#countOnly = placementOf(sketch.placement).granularity === 'totals';
    this.#look = look;
  }

  /** What a job asks for, as its placement sees it. */
  readonly gangOf = (job: number): Gang => ({
    gpus: this.#jobs.gpus[job]!,
    shareMilli: 0,
    cpuMilli: this.#countOnly ? 0 : this.#jobs.cpuMilli[job]!,
    memoryMiB: this.#countOnly ? 0 : this.#jobs.memoryMiB[job]!,
    typeMask: this.#jobs.typeMask[job]!,
  });

  step({ kind, timeUs, subject: job, grants, grantsFirst, grantsEnd }: Fact): void {
    this.#passTo(timeUs);
    if (kind === FactKind.Arrive) this.waiting.add(job);
    if (kind === FactKind.Reject) this.waiting.delete(job);
    if (kind === FactKind.Preempt) this.waiting.add(job);
    if (kind === FactKind.Start) this.waiting.delete(job);
    const takes = kind === FactKind.Start || kind === FactKind.GoOn;
    const gives = kind === FactKind.Finish || kind === FactKind.Preempt || kind === FactKind.Leave;
    if (!takes && !gives) return;
    const held: NodeGrant[] = [];
    for (let at = grantsFirst; at < grantsEnd; at += 3) {
      for (let next = 0; next < grants[at + 1]!; next++) held.push({ node: grants[at]! + next, gpus: grants[at + 2]! });
    }
    move(this.nodes, held, this.gangOf(job), takes ? -1 : 1);
  }

  done(endUs: number): void {
    this.#passTo(endUs);
  }

  #passTo(timeUs: number): void {
    if (timeUs > this.#lastUs) this.#look(this, timeUs - this.#lastUs);
    this.#lastUs = timeUs;
  }
}

import type { Objective } from '../../../src/policies/search/search-round.ts';

/** A round as a test writes it; times in whole us from its start, small ones. */
export interface RoundSketch {
  /** Free GPUs of each place now, and what becomes free there later. */
  readonly places: readonly {
    readonly free: number;
    readonly releases: readonly (readonly [atUs: number, gpus: number])[];
  }[];
  readonly jobs: readonly JobSketch[];
  readonly objective: Objective;
}

interface JobSketch {
  readonly gpus: number;
  readonly weight: number;
  readonly deadlineUs: number;
  /** Running time in each place, Infinity where it may not run. */
  readonly lastingUs: readonly number[];
}

/** Free GPUs of each place in each microsecond, until all jobs would be done one after the other. */
export function timelinesOf({ places, jobs }: RoundSketch): Int32Array[] {
  const longestUs = jobs.map(({ lastingUs }) => Math.max(0, ...lastingUs.filter((us) => us < Infinity)));
  const lastReleaseUs = Math.max(0, ...places.flatMap(({ releases }) => releases.map(([atUs]) => atUs)));
  const horizonUs = longestUs.reduce((sum, us) => sum + us, lastReleaseUs) + 1;
  return places.map(({ free, releases }) =>
    Int32Array.from({ length: horizonUs }, (_, us) =>
      releases.reduce((sum, [atUs, gpus]) => (atUs <= us ? sum + gpus : sum), free),
    ),
  );
}

/** The first microsecond from which so many GPUs are free for so long; Infinity if there is none. */
function earliestStart(timeline: Int32Array, gpus: number, lastingUs: number): number {
  let run = 0;
  for (let us = 0; us < timeline.length; us++) {
    run = timeline[us]! >= gpus ? run + 1 : 0;
    if (run === lastingUs) return us - lastingUs + 1;
  }
  return Infinity;
}

function add(timeline: Int32Array, gpus: number, fromUs: number, toUs: number): void {
  for (let us = fromUs; us < toUs; us++) timeline[us]! += gpus;
}

function costOf({ weight, deadlineUs }: JobSketch, { lateness }: Objective, endUs: number): number {
  return weight * (endUs + lateness * Math.max(0, endUs - deadlineUs));
}

/** What an order costs if each job takes the place where it ends first, at its earliest start there. */
export function costOfOrder(sketch: RoundSketch, order: readonly number[]): number {
  const timelines = timelinesOf(sketch);
  let cost = 0;
  let lastUs = 0;
  for (const job of order) {
    const { gpus, lastingUs } = sketch.jobs[job]!;
    const ends = timelines.map(
      (timeline, place) => earliestStart(timeline, gpus, lastingUs[place]!) + lastingUs[place]!,
    );
    const endUs = Math.min(...ends);
    const place = ends.indexOf(endUs);
    add(timelines[place]!, -gpus, endUs - lastingUs[place]!, endUs);
    cost += costOf(sketch.jobs[job]!, sketch.objective, endUs);
    lastUs = Math.max(lastUs, endUs);
  }
  return cost + sketch.objective.makespan * lastUs;
}

/**
 * The least cost over every order of the jobs and every place for each, job after job at its earliest start. A branch
 * is left when its jobs so far, with each of the others as early as is still open to it, cost no less than the best:
 * what is scheduled never makes room.
 */
export function exhaustiveOptimum(sketch: RoundSketch): number {
  const { jobs, objective } = sketch;
  const timelines = timelinesOf(sketch);
  let best = Infinity;
  const follow = (left: readonly number[], cost: number, lastUs: number): void => {
    if (left.length === 0) {
      best = Math.min(best, cost + objective.makespan * lastUs);
      return;
    }
    const choices: { job: number; place: number; endUs: number; costs: number }[] = [];
    let bound = cost;
    let lastUsMin = lastUs;
    for (const job of left) {
      let earliestUs = Infinity;
      for (const [place, timeline] of timelines.entries()) {
        const lastingUs = jobs[job]!.lastingUs[place]!;
        const endUs = earliestStart(timeline, jobs[job]!.gpus, lastingUs) + lastingUs;
        if (endUs === Infinity) continue;
        choices.push({ job, place, endUs, costs: costOf(jobs[job]!, objective, endUs) });
        earliestUs = Math.min(earliestUs, endUs);
      }
      bound += costOf(jobs[job]!, objective, earliestUs);
      lastUsMin = Math.max(lastUsMin, earliestUs);
    }
    if (bound + objective.makespan * lastUsMin >= best) return;
    for (const { job, place, endUs, costs } of choices.toSorted((a, b) => a.endUs - b.endUs)) {
      const { gpus, lastingUs } = jobs[job]!;
      add(timelines[place]!, -gpus, endUs - lastingUs[place]!, endUs);
      follow(
        left.filter((other) => other !== job),
        cost + costs,
        Math.max(lastUs, endUs),
      );
      add(timelines[place]!, gpus, endUs - lastingUs[place]!, endUs);
    }
  };
  follow([...jobs.keys()], 0, 0);
  return best;
}

import type { RandomStream } from '../../../src/sim/kernel/random.ts';
import { SearchRound } from '../../../src/policies/search/search-round.ts';
import type { RoundSketch } from './exhaustive-search.ts';

/** Lateness counts twice a completion; half of the jobs have a deadline. */
const objective = { lateness: 2, makespan: 0 };

function below(luck: RandomStream, count: number): number {
  return Math.floor(luck.uniform() * count);
}

/** Capacity of a place that comes free bit by bit. */
function drawPlace(luck: RandomStream): RoundSketch['places'][number] & { readonly gpus: number } {
  const gpus = 4 + below(luck, 5);
  const free = below(luck, gpus + 1);
  const releases: [number, number][] = [];
  let atUs = 0;
  for (let left = gpus - free; left > 0; left -= releases.at(-1)![1]) {
    atUs += 1 + below(luck, 8);
    releases.push([atUs, 1 + below(luck, left)]);
  }
  return { gpus, free, releases };
}

/** One or two places of 4 to 8 GPUs, and jobs that take them up to 20 us each; a second place may be faster or slower. */
export function drawRound(luck: RandomStream, jobs: number): RoundSketch {
  const places = Array.from({ length: 1 + below(luck, 2) }, () => drawPlace(luck));
  return {
    places,
    objective,
    jobs: Array.from({ length: jobs }, () => {
      const home = below(luck, places.length);
      const gpus = 1 + below(luck, places[home]!.gpus);
      const homeUs = 1 + below(luck, 20);
      const elsewhereUs = (): number => Math.max(1, Math.round(homeUs * (0.5 + 1.5 * luck.uniform())));
      return {
        gpus,
        weight: 1 + below(luck, 5),
        deadlineUs: luck.uniform() < 0.5 ? Infinity : below(luck, 40),
        lastingUs: places.map((place, at) => {
          if (at === home) return homeUs;
          return place.gpus >= gpus && luck.uniform() < 0.5 ? elsewhereUs() : Infinity;
        }),
      };
    }),
  };
}

/** The same as the search sees it. */
export function roundOf({ places, jobs }: RoundSketch): SearchRound {
  const round = new SearchRound(jobs.length, places.length, 10);
  for (const { free, releases } of places) {
    const place = round.addPlace(free);
    for (const [atUs, gpus] of releases) round.release(place, atUs, gpus);
  }
  for (const { gpus, weight, deadlineUs, lastingUs } of jobs) {
    const job = round.addJob(gpus, weight, deadlineUs);
    lastingUs.forEach((us, place) => us < Infinity && round.allow(job, place, us));
  }
  return round;
}

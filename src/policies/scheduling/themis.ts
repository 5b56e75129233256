import { NEVER, US_PER_SECOND, type TimeUs } from '../../sim/kernel/clock.ts';
import { exp, ln } from '../../sim/kernel/portable-math.ts';
import type { SchedulingDefinition, SchedulingView } from '../../sim/contract/scheduling.ts';
import type { JobId } from '../../sim/model/brand.ts';
import { drawBelow, type Luck } from '../search/luck.ts';
import { programParameters, programRules, roundPolicy, type ProgramRules } from './rounds/program-policy.ts';
import { bringAbout, canRun, type Target } from './rounds/targets.ts';

/**
 * Themis: every lease the GPUs are offered to the jobs whose finish-time ratio is worst. They go to those for whom the
 * product of the ratios' improvements is largest (partial allocation); what is left over goes by lot.
 */
export const themis: SchedulingDefinition = {
  name: 'themis',
  summary: 'Auctions leases of GPUs to the jobs that are furthest behind a fair finish; leftovers go by lot.',
  source: 'Mahajan et al., Themis: Fair and Efficient GPU Cluster Scheduling, NSDI 2020',
  solver: true,
  parameters: {
    lease: {
      type: 'duration',
      minimum: 1,
      default: 1200 * US_PER_SECOND,
      description: 'How long a winner keeps its GPUs.',
    },
    fairness: {
      type: 'number',
      minimum: 0,
      maximum: 0.999,
      default: 0.8,
      description: 'f: the GPUs are offered to the worst 1 - f of the jobs (at least one).',
    },
    ...programParameters('auction', 'Bidders in an auction, the worst first.', 50),
  },
  semantics: ({ lease, fairness, jobsMax, nodesMax }) => ({
    when: `all leases end together, every ${Number(lease) / US_PER_SECOND} s; GPUs that come free before go by lot to who waits`,
    ratio:
      'rho = (age + work left / fastest speed) / ((time held so far + work left) / rate with an n-th part of the cluster)',
    bidders: `the worst ${String(Math.round((1 - Number(fairness)) * 1000) / 10)} % by rho, at most ${String(jobsMax)}`,
    auction: `maximises the product over bidders of rho without / rho with the lease, one type for the whole gang; integer program, at most ${String(nodesMax)} branch-and-bound nodes, gap 0.1 %`,
    'hidden payment':
      'a winner keeps the part of the lease by which it does not lower the others’ product: (their product beside it) / (their product without it)',
    leftovers: 'by lot among all others, in random order, who fits',
    idle: 'a job that the placement has no room for on the type it won or drew waits, even if another type has room',
    placement: 'who keeps its type keeps its GPUs; the others are placed largest first',
    estimates: 'work left',
  }),
  create: (parameters, solver) => {
    const rules: Rules = {
      ...programRules(parameters, solver),
      leaseUs: Number(parameters['lease']),
      fairness: Number(parameters['fairness']),
    };
    const initial = (): Memory => ({ nextUs: 0, untilUs: new Map() });
    return roundPolicy(initial, ({ view, plan, memory, random, present }) => {
      const isAuction = view.nowUs >= memory.nextUs || !present.some((job) => view.jobs.isRunning(job));
      if (isAuction) {
        memory.nextUs = view.nowUs + rules.leaseUs;
        memory.untilUs = new Map();
      }
      const targets = isAuction ? auction(rules, view, present, memory) : keptOf(view, present, memory);
      fillByLot(view, random, present, targets);
      if (!bringAbout(view, plan, present, targets)) return NEVER;
      return nextEnd(view.nowUs, memory);
    });
  },
};

interface Memory {
  /** End of the leases. */
  nextUs: TimeUs;
  /** When the winners of the last auction have to make room, where that is before. */
  untilUs: Map<JobId, TimeUs>;
}

interface Rules extends ProgramRules {
  readonly leaseUs: TimeUs;
  readonly fairness: number;
}

/** A gang on a type, with the logarithm of what it improves its ratio by. */
interface Bid extends Target {
  readonly bidder: number;
  readonly worth: number;
}

/** What the winners get, and in memory until when. */
function auction(rules: Rules, view: SchedulingView, present: readonly JobId[], memory: Memory): Map<JobId, Target> {
  const ranked = present.map((job) => ({ job, ratio: ratioOf(view, job, present.length, 0) }));
  ranked.sort((a, b) => b.ratio - a.ratio || a.job - b.job);
  const count = Math.max(1, Math.ceil((1 - rules.fairness) * ranked.length));
  const bidders = ranked.slice(0, Math.min(count, rules.jobsMax)).map(({ job }) => job);
  const bids = bidders.flatMap((job, bidder) => bidsOf(rules, view, job, bidder, present.length));
  const won = winners(rules, view, bids, -1);
  const targets = new Map<JobId, Target>();
  for (const { bidder, gpuType, gpus } of won) {
    targets.set(bidders[bidder]!, { gpuType, gpus });
    const beside = sumOf(won.filter((bid) => bid.bidder !== bidder));
    const without = sumOf(winners(rules, view, bids, bidder));
    const kept = Math.max(1, Math.floor(rules.leaseUs * exp(Math.min(0, beside - without))));
    memory.untilUs.set(bidders[bidder]!, view.nowUs + kept);
  }
  return targets;
}

function sumOf(bids: readonly Bid[]): number {
  return bids.reduce((sum, { worth }) => sum + worth, 0);
}

/** rho of a job that first waits so long. */
function ratioOf(view: SchedulingView, job: JobId, present: number, waitUs: number): number {
  const { jobs, nowUs } = view;
  const gpus = jobs.gpus(job);
  let fastest = 0;
  let part = 0;
  for (let type = 0; type < view.gpuTypes; type++) {
    if (!canRun(view, job, type, gpus)) continue;
    const speed = jobs.speed(job, type, gpus);
    fastest = Math.max(fastest, speed);
    part += (speed * view.totalGpus(type)) / (present * gpus);
  }
  if (fastest === 0) return 0;
  const leftUs = Math.max(1, jobs.remainingUs(job));
  const aloneUs = (jobs.attainedUs(job) + leftUs) / Math.min(fastest, part);
  return (nowUs - jobs.submitUs(job) + waitUs + leftUs / fastest) / aloneUs;
}

/** A bid for each type that the gang can run on: ln(rho without the lease / rho with it). */
function bidsOf(rules: Rules, view: SchedulingView, job: JobId, bidder: number, present: number): Bid[] {
  const { jobs } = view;
  const gpus = jobs.gpus(job);
  const bids: Bid[] = [];
  let fastest = 0;
  for (let type = 0; type < view.gpuTypes; type++) fastest = Math.max(fastest, jobs.speed(job, type, gpus));
  const without = ratioOf(view, job, present, rules.leaseUs);
  for (let gpuType = 0; gpuType < view.gpuTypes; gpuType++) {
    if (!canRun(view, job, gpuType, gpus)) continue;
    // On a slower type it loses that part of the lease.
    const lostUs = rules.leaseUs * (1 - jobs.speed(job, gpuType, gpus) / fastest);
    bids.push({ bidder, gpuType, gpus, worth: ln(without / ratioOf(view, job, present, lostUs)) + SOMETHING });
  }
  return bids;
}
/** GPUs are worth something even to a job that gains nothing by the type: nothing is left over for no reason. */
const SOMETHING = 1e-6;

/** The bids that are taken when one bidder (or none: -1) is left out. */
function winners({ solver, budget }: Rules, view: SchedulingView, bids: readonly Bid[], without: number): Bid[] {
  const taking = bids.filter(({ bidder }) => bidder !== without);
  if (taking.length === 0) return [];
  const bidders = [...new Set(taking.map(({ bidder }) => bidder))];
  const rowOver = (has: (bid: Bid) => boolean, weigh: (bid: Bid) => number, upper: number) => {
    const columns = taking.flatMap((bid, column) => (has(bid) ? [column] : []));
    return { columns, coefficients: columns.map((column) => weigh(taking[column]!)), lower: -Infinity, upper };
  };
  const once = bidders.map((one) =>
    rowOver(
      ({ bidder }) => bidder === one,
      () => 1,
      1,
    ),
  );
  const capacity = Array.from({ length: view.gpuTypes }, (_, type) => {
    return rowOver(
      ({ gpuType }) => gpuType === type,
      ({ gpus }) => gpus,
      view.totalGpus(type),
    );
  });
  const solution = solver.solve(
    {
      sense: 'maximise',
      objective: taking.map(({ worth }) => worth),
      lower: taking.map(() => 0),
      upper: taking.map(() => 1),
      rows: [...once, ...capacity],
      whole: taking.map(() => true),
    },
    budget,
  );
  if (solution.status !== 'optimal' && solution.status !== 'feasible') return [];
  return taking.filter((_, column) => solution.values[column]! > 0.5);
}

/** Between auctions: who runs keeps its GPUs, unless its part of the lease is over. */
function keptOf({ jobs, nowUs }: SchedulingView, present: readonly JobId[], memory: Memory): Map<JobId, Target> {
  const kept = new Map<JobId, Target>();
  for (const job of present) {
    const isOver = (memory.untilUs.get(job) ?? NEVER) <= nowUs;
    if (isOver) memory.untilUs.delete(job);
    else if (jobs.isRunning(job)) kept.set(job, { gpuType: jobs.heldType(job), gpus: jobs.heldGpus(job) });
  }
  return kept;
}

/** Gives the GPUs that are left to the others in random order; who runs prefers the type it is on. */
function fillByLot(view: SchedulingView, random: Luck, present: readonly JobId[], targets: Map<JobId, Target>): void {
  const { jobs } = view;
  const free = Array.from({ length: view.gpuTypes }, (_, type) => view.totalGpus(type));
  for (const { gpuType, gpus } of targets.values()) free[gpuType] = free[gpuType]! - gpus;
  if (free.every((gpus) => gpus === 0)) return;
  const others = present.filter((job) => !targets.has(job));
  for (let last = others.length - 1; last >= 0; last--) {
    const drawn = drawBelow(random, last + 1);
    const job = others[drawn]!;
    others[drawn] = others[last]!;
    const gpus = jobs.gpus(job);
    const fits = (type: number): boolean => type >= 0 && gpus <= free[type]! && canRun(view, job, type, gpus);
    let gpuType = fits(jobs.heldType(job)) ? jobs.heldType(job) : 0;
    while (gpuType < view.gpuTypes && !fits(gpuType)) gpuType++;
    if (gpuType === view.gpuTypes) continue;
    free[gpuType] = free[gpuType]! - gpus;
    targets.set(job, { gpuType, gpus });
  }
}

function nextEnd(nowUs: TimeUs, { nextUs, untilUs }: Memory): TimeUs {
  let next = nextUs;
  for (const until of untilUs.values()) if (until > nowUs) next = Math.min(next, until);
  return next;
}

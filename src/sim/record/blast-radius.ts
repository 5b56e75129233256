import { US_PER_SECOND, usToSeconds, type TimeUs } from '../kernel/clock.ts';
import type { Cluster } from '../model/cluster.ts';
import { domainLevels, domainsOf, nodesPer, sitesOf, type DomainLevel, type Domains } from '../model/domains.ts';
import type { JobTable } from '../model/job-table.ts';
import type { Service } from '../model/services.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
/** Beyond so many pairs of a domain and a tenant, tenants are not counted at that level. */
const PAIRS_MAX = 2 ** 22;

/** What the loss of a domain would have hit: a gang with one GPU in it is hit whole. */
export interface Blast {
  readonly gangs: number;
  /** GPUs of those gangs, wherever they are. */
  readonly gpus: number;
  /** Null where there are too many to count at the level. */
  readonly tenants: number | null;
  /** Services with enough replicas that would have too few without those in the domain. */
  readonly services: number;
  /** GPU-hours that bringing those gangs back takes, at their pools' prices; null where no pool has one. */
  readonly cost: number | null;
}

/** The loss of a domain of one level. */
export interface BlastRadius {
  readonly level: 'node' | DomainLevel | 'site';
  readonly domains: number;
  /** Nodes and GPUs of the largest. */
  readonly nodes: number;
  readonly gpus: number;
  /** Of any domain, at any instant of the run. */
  readonly mean: Blast;
  /** When most GPUs were in gangs that it would have hit (of equals, the first instant and the lowest domain). */
  readonly worst: Blast & { readonly domain: number; readonly atS: number };
}

/** What it takes to price a loss. */
export interface BlastInputs {
  readonly cluster: Cluster;
  readonly jobs: JobTable;
  readonly services: readonly Service[];
  /** Time that bringing a gang of so many GPUs back takes, us. */
  readonly restartUs: (gpus: number) => TimeUs;
}

/**
 * What the loss of each domain would have hit, over the whole run: integrals over time of what stands in each domain,
 * touched only where a gang comes or goes.
 */
export class BlastRadii implements Fold {
  private readonly inputs: BlastInputs;
  private readonly levels: readonly Level[];
  private readonly serviceOf: Int32Array;
  private readonly isPriced: boolean;
  private endUs = 0;

  constructor(inputs: BlastInputs) {
    const { cluster, jobs, services } = inputs;
    this.inputs = inputs;
    this.levels = modelledLevels(cluster).map(([name, domains]) => new Level(name, domains, inputs));
    this.serviceOf = new Int32Array(jobs.count).fill(-1);
    services.forEach(({ replicas }, service) => replicas.forEach((job) => (this.serviceOf[job] = service)));
    this.isPriced = cluster.pools.some(({ pricePerGpuHour }) => pricePerGpuHour !== undefined);
  }

  step(fact: Fact): void {
    const { kind } = fact;
    switch (kind) {
      case FactKind.Start:
      case FactKind.GoOn:
        this.move(fact, 1);
        break;
      case FactKind.Finish:
      case FactKind.Preempt:
      case FactKind.Leave:
      case FactKind.Interrupt:
      case FactKind.GiveUp:
        this.move(fact, -1);
        break;
      case FactKind.Arrive:
      case FactKind.Reject:
      case FactKind.CutOff:
      case FactKind.Refusal:
      case FactKind.Reshape:
      case FactKind.Stall:
      case FactKind.Ready:
      case FactKind.Rejoin:
      case FactKind.Pace:
      case FactKind.Corrupt:
        // Whoever still runs at the end, or is stopped by a fault, holds what it holds.
        break;
      default:
        kind satisfies never;
    }
  }

  done(endUs: TimeUs): void {
    this.endUs = endUs;
    for (const level of this.levels) level.close(endUs);
  }

  figures(): BlastRadius[] {
    return this.levels.map((level) => level.figures(this.endUs, this.isPriced));
  }

  private move(fact: Fact, sign: 1 | -1): void {
    const cost = this.isPriced ? this.costOf(fact) : 0;
    const service = this.serviceOf[fact.subject]!;
    for (const level of this.levels) level.move(fact, sign, cost, service);
  }

  private costOf({ grants, grantsFirst, grantsEnd, gpus }: Fact): number {
    const { cluster, restartUs } = this.inputs;
    let pricePerHour = 0;
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      const { pricePerGpuHour = 0 } = cluster.pools[cluster.nodePool[grants[run]!]!]!;
      pricePerHour += pricePerGpuHour * grants[run + 1]! * grants[run + 2]!;
    }
    return (pricePerHour * restartUs(gpus)) / US_PER_HOUR;
  }
}

/** What is counted in each domain. */
const Count = { Gangs: 0, Gpus: 1, Tenants: 2, Services: 3, Cost: 4 } as const;
const COUNTS = 5;

class Level {
  private readonly name: BlastRadius['level'];
  private readonly domains: Domains;
  private readonly inputs: BlastInputs;
  /** Count c of domain d now at d x counts + c, and its integral over time. */
  private readonly now: Float64Array;
  private readonly integrals: Float64Array;
  private readonly sinceUs: Float64Array;
  /** Gangs of tenant t in domain d at d x tenants + t; undefined where these are too many. */
  private readonly ofTenant: Int32Array | undefined;
  /** Replicas of each service that hold GPUs, and of those in each domain. */
  private readonly running: Int32Array;
  private readonly replicasIn: readonly Int32Array[];
  /** The gang for which a domain was touched last. */
  private readonly touchedBy: Int32Array;
  private touches = 0;
  private readonly worst = { domain: 0, atUs: 0, counts: new Float64Array(COUNTS) };

  constructor(name: BlastRadius['level'], domains: Domains, inputs: BlastInputs) {
    this.name = name;
    this.domains = domains;
    this.inputs = inputs;
    const tenants = inputs.jobs.tenants.length;
    this.now = new Float64Array(domains.count * COUNTS);
    this.integrals = new Float64Array(domains.count * COUNTS);
    this.sinceUs = new Float64Array(domains.count);
    this.ofTenant = domains.count * tenants <= PAIRS_MAX ? new Int32Array(domains.count * tenants) : undefined;
    this.running = new Int32Array(inputs.services.length);
    this.replicasIn = inputs.services.map(() => new Int32Array(domains.count));
    this.touchedBy = new Int32Array(domains.count);
  }

  /** A gang comes (1) or goes (-1). */
  move(fact: Fact, sign: 1 | -1, cost: number, service: number): void {
    const { grants, grantsFirst, grantsEnd } = fact;
    const { domainOf } = this.domains;
    this.touches++;
    for (let run = grantsFirst; run < grantsEnd; run += 3) {
      const last = domainOf[grants[run]! + grants[run + 1]! - 1]!;
      for (let domain = domainOf[grants[run]!]!; domain <= last; domain++) {
        if (this.touchedBy[domain] === this.touches) continue;
        this.touchedBy[domain] = this.touches;
        this.touch(domain, fact, sign, cost);
        if (service !== -1) this.replicasIn[service]![domain]! += sign;
      }
    }
    if (service === -1) return;
    this.running[service]! += sign;
    this.reviewServices(fact.timeUs);
  }

  close(endUs: TimeUs): void {
    for (let domain = 0; domain < this.domains.count; domain++) this.pass(domain, endUs);
  }

  figures(endUs: TimeUs, isPriced: boolean): BlastRadius {
    const { count, firstNode, endNode } = this.domains;
    const sums = new Float64Array(COUNTS);
    this.integrals.forEach((value, at) => (sums[at % COUNTS]! += value));
    const sizes = Array.from(firstNode, (from, domain) => endNode[domain]! - from);
    const gpus = Array.from(firstNode, (from, domain) => {
      return this.inputs.cluster.nodeGpus.subarray(from, endNode[domain]).reduce((sum, each) => sum + each, 0);
    });
    const { domain, atUs, counts } = this.worst;
    return {
      level: this.name,
      domains: count,
      nodes: sizes.reduce((most, size) => Math.max(most, size), 0),
      gpus: gpus.reduce((most, size) => Math.max(most, size), 0),
      mean: this.blastOf(
        sums.map((sum) => (endUs > 0 ? sum / endUs / count : 0)),
        isPriced,
      ),
      worst: { domain, atS: usToSeconds(atUs), ...this.blastOf(counts, isPriced) },
    };
  }

  private blastOf(counts: Float64Array, isPriced: boolean): Blast {
    return {
      gangs: counts[Count.Gangs]!,
      gpus: counts[Count.Gpus]!,
      tenants: this.ofTenant === undefined ? null : counts[Count.Tenants]!,
      services: counts[Count.Services]!,
      cost: isPriced ? counts[Count.Cost]! : null,
    };
  }

  private touch(domain: number, { timeUs, subject, gpus }: Fact, sign: 1 | -1, cost: number): void {
    const { now } = this;
    const at = domain * COUNTS;
    this.pass(domain, timeUs);
    now[at + Count.Gangs]! += sign;
    now[at + Count.Gpus]! += sign * gpus;
    // Sums of prices are rounded: an empty domain costs nothing at all.
    now[at + Count.Cost] = now[at + Count.Gangs] === 0 ? 0 : now[at + Count.Cost]! + sign * cost;
    if (this.ofTenant !== undefined) this.countTenant(domain, this.inputs.jobs.tenant[subject]!, sign);
    if (now[at + Count.Gpus]! > this.worst.counts[Count.Gpus]!) this.noteWorst(domain, timeUs);
  }

  private countTenant(domain: number, tenant: number, sign: 1 | -1): void {
    const at = domain * this.inputs.jobs.tenants.length + tenant;
    this.ofTenant![at]! += sign;
    if (this.ofTenant![at] === (sign === 1 ? 1 : 0)) this.now[domain * COUNTS + Count.Tenants]! += sign;
  }

  /** Replicas seldom come and go, so that all domains may be looked at. */
  private reviewServices(nowUs: TimeUs): void {
    for (let domain = 0; domain < this.domains.count; domain++) {
      let below = 0;
      this.inputs.services.forEach(({ needed }, service) => {
        const running = this.running[service]!;
        if (running >= needed && running - this.replicasIn[service]![domain]! < needed) below++;
      });
      const at = domain * COUNTS + Count.Services;
      if (this.now[at] === below) continue;
      this.pass(domain, nowUs);
      this.now[at] = below;
      if (this.worst.domain === domain && this.worst.atUs === nowUs) this.noteWorst(domain, nowUs);
    }
  }

  private noteWorst(domain: number, atUs: TimeUs): void {
    this.worst.domain = domain;
    this.worst.atUs = atUs;
    for (let count = 0; count < COUNTS; count++) this.worst.counts[count] = this.now[domain * COUNTS + count]!;
  }

  private pass(domain: number, nowUs: TimeUs): void {
    const forUs = nowUs - this.sinceUs[domain]!;
    if (forUs === 0) return;
    this.sinceUs[domain] = nowUs;
    for (let at = domain * COUNTS; at < (domain + 1) * COUNTS; at++) this.integrals[at]! += this.now[at]! * forUs;
  }
}

/** Nodes, and each level that some pool models. */
function modelledLevels(cluster: Cluster): [BlastRadius['level'], Domains][] {
  const { pools, nodeCount } = cluster;
  const each = Int32Array.from({ length: nodeCount }, (_, node) => node);
  const nodes = { count: nodeCount, domainOf: each, firstNode: each, endNode: each.map((node) => node + 1) };
  const levels = domainLevels.filter((level) => pools.some((pool) => nodesPer(pool, level) > 0));
  const hasSites = pools.some(({ site }) => site !== undefined);
  return [
    ['node', nodes],
    ...levels.map((level): [DomainLevel, Domains] => [level, domainsOf(cluster, level)]),
    ...(hasSites ? ([['site', sitesOf(cluster)]] as ['site', Domains][]) : []),
  ];
}

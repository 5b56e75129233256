import type { Cluster } from '../model/cluster.ts';
import type { Component } from '../model/components.ts';
import { closesStretch, FactKind, NodeFactKind, restartUsOf, type Fact, type Fold, type NodeFact } from './fact.ts';

const NOT_YET = -1;
/** So many of the worst are kept. */
const KEPT_MAX = 20;

/** A fault that stopped gangs, from its beginning until the last of them has put it behind. Times in whole us, -1: not yet. */
export interface Incident {
  readonly component: number;
  readonly faultUs: number;
  foundUs: number;
  begunUs: number;
  mendedUs: number;
  gangs: number;
  gpus: number;
  /** The largest of the gangs. */
  largestJob: number;
  largestGpus: number;
  /** Gangs that have run again, and when the first and the last of them did; and those that were given up. */
  again: number;
  firstAgainUs: number;
  lastAgainUs: number;
  givenUp: number;
  /** Whole GPU-us: work taken back, stopped before the fault was known, waited to run again, overhead of the next run. */
  lostGpuUs: number;
  detectionGpuUs: number;
  waitGpuUs: number;
  restartGpuUs: number;
  /** GPUs of the component's nodes times the time from the find to the mend. */
  outGpuUs: number;
  /** Gangs that have not put it behind yet. */
  open: number;
}

/** What an incident cost, in GPU-us. */
export function costOf(incident: Readonly<Incident>): number {
  const { lostGpuUs, detectionGpuUs, waitGpuUs, restartGpuUs, outGpuUs } = incident;
  return lostGpuUs + detectionGpuUs + waitGpuUs + restartGpuUs + outGpuUs;
}

/**
 * The faults that stopped gangs, or spoilt what they did, each with what became of it. Kept are the worst twenty and the
 * sums over all. A gang belongs to the fault that stopped it until its next run ends, so that what that run begins with
 * is the fault's cost.
 */
export class Incidents implements Fold {
  /** By cost, the worst first; complete when the run is done. */
  readonly worst: Incident[] = [];
  count = 0;
  /** Sums over all incidents, whole GPU-us. */
  readonly sums = { lostGpuUs: 0, detectionGpuUs: 0, waitGpuUs: 0, restartGpuUs: 0, outGpuUs: 0 };
  private readonly components: readonly Component[];
  private readonly cluster: Cluster;
  /** The component whose fault was found last. */
  private foundLast = NOT_YET;
  /** Faults that are not known yet, in the order in which they came. */
  private hidden: number[] = [];
  /** The incident of a component that is not mended yet, and since when the faults of the others among them go on. */
  private readonly current = new Map<number, Incident>();
  private readonly brokeUs = new Map<number, number>();
  private readonly unfinished = new Set<Incident>();
  private readonly ofJob: (Incident | undefined)[] = [];
  /** The silent corruption that struck each job last. */
  private readonly corruptionOf: (Incident | undefined)[] = [];
  /** The jobs that each silent corruption has struck. */
  private readonly spoiltBy = new WeakMap<Incident, Set<number>>();
  private readonly isStalled: boolean[] = [];
  private readonly stoppedUs: number[] = [];
  private readonly heldGpus: number[] = [];

  constructor(components: readonly Component[], cluster: Cluster) {
    this.components = components;
    this.cluster = cluster;
  }

  step(fact: Fact): void {
    const { kind, subject: job, timeUs } = fact;
    if (kind === FactKind.Refusal) return;
    if (kind === FactKind.Start) this.again(job, timeUs);
    else if (kind === FactKind.Reject) this.leave(job, timeUs);
    else if (closesStretch(kind)) this.closes(fact);
  }

  stepNode({ kind, subject: component, timeUs }: NodeFact): void {
    const incident = this.current.get(component);
    if (kind === NodeFactKind.Fault) {
      this.hidden.push(component);
      this.brokeUs.set(component, timeUs);
    } else if (kind === NodeFactKind.Detect) {
      this.foundLast = component;
      this.hidden = this.hidden.filter((one) => one !== component);
      if (incident !== undefined) incident.foundUs = timeUs;
    } else if (kind === NodeFactKind.Repair) {
      if (incident !== undefined) incident.begunUs = timeUs;
    } else if (kind === NodeFactKind.Mended) this.mended(component, timeUs);
  }

  done(endUs: number): void {
    this.ofJob.forEach((_, job) => this.leave(job, endUs));
    for (const incident of this.unfinished) {
      if (incident.mendedUs === NOT_YET) this.comesToOut(incident, endUs);
      this.keep(incident);
    }
    this.unfinished.clear();
  }

  private closes(fact: Fact): void {
    const { kind, subject: job, timeUs, gpus, spent } = fact;
    const incident = this.ofJob[job];
    if (incident !== undefined) {
      incident.restartGpuUs += gpus * restartUsOf(spent);
      incident.detectionGpuUs += gpus * spent.undetectedUs;
    }
    if (kind === FactKind.Corrupt) this.corrupt(fact);
    const corruption = this.corruptionOf[job];
    if (corruption !== undefined && this.unfinished.has(corruption)) corruption.lostGpuUs += gpus * spent.corruptUs;
    if (kind === FactKind.Corrupt) return;
    if (kind === FactKind.Stall) {
      this.stall(fact);
      return;
    }
    this.isStalled[job] = false;
    if (kind === FactKind.Interrupt) {
      this.stoppedUs[job] = timeUs;
      this.heldGpus[job] = gpus;
    } else if (incident !== undefined) {
      if (kind === FactKind.GiveUp) incident.givenUp++;
      this.leave(job, timeUs);
    }
  }

  /** A further fault on a gang that stands still already takes back more of the same incident's. */
  private stall(fact: Fact): void {
    const { subject: job, gpus, spent, timeUs } = fact;
    const before = this.ofJob[job];
    const incident = this.isStalled[job] === true ? before : (this.foundIncidentOf(fact) ?? this.incidentOf(fact));
    this.isStalled[job] = true;
    if (incident === undefined) return;
    incident.lostGpuUs += gpus * spent.lostUs;
    if (incident === before) return;
    this.leave(job, timeUs);
    this.ofJob[job] = incident;
    this.stoppedUs[job] = NOT_YET;
    incident.open++;
    if (this.spoiltBy.get(incident)?.has(job) !== true) this.join(incident, job, gpus);
  }

  /** It is no fault that stops the gang, so that the gang is not its until it is found. */
  private corrupt(fact: Fact): void {
    const incident = this.incidentOf(fact);
    if (incident === undefined) return;
    this.corruptionOf[fact.subject] = incident;
    const jobs = this.spoiltBy.get(incident) ?? new Set();
    if (!jobs.has(fact.subject)) this.join(incident, fact.subject, fact.gpus);
    this.spoiltBy.set(incident, jobs.add(fact.subject));
  }

  /** What was slow or wrong stops gangs when it is found, and is hidden no more by then. */
  private foundIncidentOf({ detail, timeUs }: Fact): Incident | undefined {
    const component = this.foundLast;
    if (component === NOT_YET) return undefined;
    const { kind, index } = this.components[component]!;
    if (index !== detail || (kind.slow === undefined && kind.corrupts !== true)) return undefined;
    const incident = this.current.get(component) ?? this.begin(component, timeUs);
    incident.foundUs = timeUs;
    return incident;
  }

  private join(incident: Incident, job: number, gpus: number): void {
    incident.gangs++;
    incident.gpus += gpus;
    if (gpus <= incident.largestGpus) return;
    incident.largestGpus = gpus;
    incident.largestJob = job;
  }

  private again(job: number, nowUs: number): void {
    const incident = this.ofJob[job];
    if (incident === undefined) return;
    this.waits(job, incident, nowUs);
    incident.again++;
    if (incident.firstAgainUs === NOT_YET) incident.firstAgainUs = nowUs;
    incident.lastAgainUs = nowUs;
  }

  private waits(job: number, incident: Incident, untilUs: number): void {
    const sinceUs = this.stoppedUs[job]!;
    if (sinceUs === NOT_YET) return;
    incident.waitGpuUs += this.heldGpus[job]! * (untilUs - sinceUs);
    this.stoppedUs[job] = NOT_YET;
  }

  private leave(job: number, nowUs: number): void {
    const incident = this.ofJob[job];
    if (incident === undefined) return;
    this.waits(job, incident, nowUs);
    this.ofJob[job] = undefined;
    incident.open--;
    this.finish(incident);
  }

  private mended(component: number, nowUs: number): void {
    const incident = this.current.get(component);
    this.brokeUs.delete(component);
    if (incident === undefined) return;
    this.current.delete(component);
    incident.mendedUs = nowUs;
    this.comesToOut(incident, nowUs);
    this.finish(incident);
  }

  private comesToOut(incident: Incident, untilUs: number): void {
    if (incident.foundUs === NOT_YET) return;
    const { from, to } = this.components[incident.component]!;
    let gpus = 0;
    for (let node = from; node < to; node++) gpus += this.cluster.nodeGpus[node]!;
    incident.outGpuUs = gpus * (untilUs - incident.foundUs);
  }

  private finish(incident: Incident): void {
    if (incident.open > 0 || incident.mendedUs === NOT_YET) return;
    if (this.unfinished.delete(incident)) this.keep(incident);
  }

  private keep(incident: Incident): void {
    this.count++;
    for (const part of ['lostGpuUs', 'detectionGpuUs', 'waitGpuUs', 'restartGpuUs', 'outGpuUs'] as const) {
      this.sums[part] += incident[part];
    }
    const cost = costOf(incident);
    if (this.worst.length === KEPT_MAX && costOf(this.worst[KEPT_MAX - 1]!) >= cost) return;
    const place = this.worst.findIndex((other) => costOf(other) < cost);
    this.worst.splice(place === -1 ? this.worst.length : place, 0, incident);
    if (this.worst.length > KEPT_MAX) this.worst.pop();
  }

  /** The incident of the fault that has just stopped a gang: of the faults of that class under it, the latest. */
  private incidentOf({ detail, timeUs, grants, grantsFirst, grantsEnd }: Fact): Incident | undefined {
    const isUnder = (component: number): boolean => {
      const { index, from, to } = this.components[component]!;
      if (index !== detail) return false;
      for (let run = grantsFirst; run < grantsEnd; run += 3) {
        if (grants[run]! < to && grants[run]! + grants[run + 1]! > from) return true;
      }
      return false;
    };
    const component = this.hidden.findLast(isUnder);
    if (component === undefined) return undefined;
    return this.current.get(component) ?? this.begin(component, timeUs);
  }

  private begin(component: number, nowUs: number): Incident {
    const incident: Incident = {
      component,
      faultUs: this.brokeUs.get(component) ?? nowUs,
      foundUs: NOT_YET,
      begunUs: NOT_YET,
      mendedUs: NOT_YET,
      gangs: 0,
      gpus: 0,
      largestJob: -1,
      largestGpus: -1,
      again: 0,
      firstAgainUs: NOT_YET,
      lastAgainUs: NOT_YET,
      givenUp: 0,
      lostGpuUs: 0,
      detectionGpuUs: 0,
      waitGpuUs: 0,
      restartGpuUs: 0,
      outGpuUs: 0,
      open: 0,
    };
    this.current.set(component, incident);
    this.unfinished.add(incident);
    return incident;
  }
}

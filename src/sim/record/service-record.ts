import { US_PER_SECOND, usToSeconds, type TimeUs } from '../kernel/clock.ts';
import type { Service } from '../model/services.ts';
import { FactKind, type Fact, type Fold } from './fact.ts';

const US_PER_HOUR = 3600 * US_PER_SECOND;
const NOT_YET = -1;
const OUTAGES_LISTED_MAX = 300;

/** How well a service was there. Counted from the instant at which it was first up. */
export interface ServiceFigures {
  readonly service: string;
  readonly replicas: number;
  /** It is up while so many of them serve. */
  readonly needed: number;
  /** Part of the time for which it was up; null if it never was. */
  readonly availability: number | null;
  /** Times that it went down. */
  readonly interruptions: number;
  /** Time up, and time down, over the interruptions; null without one. */
  readonly meanUpH: number | null;
  readonly meanDownH: number | null;
  /** Replicas that served, on average and at the worst instant; null if it was never up. */
  readonly servingMean: number | null;
  readonly servingMin: number | null;
  /** Times that a replica which a fault had stopped was taken off its GPUs. */
  readonly failovers: number;
  /** When it was down, in order; the longest 300 if there are more. */
  readonly outages: readonly { readonly fromS: number; readonly forS: number }[];
  /** What a closed form gives for independent replicas (engine/failures/expected-service.ts); null where there is none. */
  readonly expected: {
    readonly availability: number;
    readonly meanUpH: number;
    readonly meanDownH: number;
  } | null;
}

interface Outage {
  readonly fromUs: TimeUs;
  toUs: TimeUs;
}

interface Standing {
  readonly service: Service;
  serving: number;
  firstUpUs: TimeUs;
  /** The last instant up to which the sums below hold. */
  untilUs: TimeUs;
  upUs: TimeUs;
  replicaUs: number;
  least: number;
  interruptions: number;
  failovers: number;
  readonly outages: Outage[];
}

/** Follows each service from the facts about its replicas. */
export class ServiceRecord implements Fold {
  private readonly standings: readonly Standing[];
  private readonly standingOf = new Map<number, Standing>();
  private readonly isServing = new Set<number>();

  private readonly expected: readonly ServiceFigures['expected'][];

  /** With what is expected of each, if anything is. */
  constructor(services: readonly Service[], expected: readonly ServiceFigures['expected'][] = []) {
    this.expected = expected;
    this.standings = services.map((service) => ({
      service,
      serving: 0,
      firstUpUs: NOT_YET,
      untilUs: 0,
      upUs: 0,
      replicaUs: 0,
      least: service.replicas.length,
      interruptions: 0,
      failovers: 0,
      outages: [],
    }));
    for (const standing of this.standings) {
      for (const job of standing.service.replicas) this.standingOf.set(job, standing);
    }
  }

  step({ kind, subject, timeUs }: Fact): void {
    switch (kind) {
      case FactKind.Ready:
      case FactKind.Rejoin:
        this.begin(subject, timeUs);
        break;
      case FactKind.Interrupt:
      case FactKind.GiveUp: {
        const standing = this.standingOf.get(subject);
        if (standing !== undefined) standing.failovers++;
        this.stop(subject, timeUs);
        break;
      }
      case FactKind.Stall:
      case FactKind.Preempt:
      case FactKind.Leave:
      case FactKind.Finish:
        this.stop(subject, timeUs);
        break;
      case FactKind.Arrive:
      case FactKind.Start:
      case FactKind.GoOn:
      case FactKind.Reject:
      case FactKind.CutOff:
      case FactKind.Refusal:
      case FactKind.Reshape:
      case FactKind.Pace:
      case FactKind.Corrupt:
        // A slow replica serves on.
        break;
      default:
        kind satisfies never;
    }
  }

  done(endUs: TimeUs): void {
    for (const standing of this.standings) {
      pass(standing, endUs);
      const last = standing.outages.at(-1);
      if (last?.toUs === NOT_YET) last.toUs = endUs;
    }
  }

  figures(): ServiceFigures[] {
    return this.standings.map((standing, index) => {
      const { service, firstUpUs, untilUs, upUs, replicaUs, least, interruptions, failovers } = standing;
      const wasUp = firstUpUs !== NOT_YET;
      const forUs = untilUs - firstUpUs;
      return {
        service: service.name,
        replicas: service.replicas.length,
        needed: service.needed,
        availability: wasUp && forUs > 0 ? upUs / forUs : null,
        interruptions,
        meanUpH: interruptions > 0 ? upUs / US_PER_HOUR / interruptions : null,
        meanDownH: interruptions > 0 ? (forUs - upUs) / US_PER_HOUR / interruptions : null,
        servingMean: wasUp && forUs > 0 ? replicaUs / forUs : null,
        servingMin: wasUp ? least : null,
        failovers,
        outages: longest(standing.outages),
        expected: this.expected[index] ?? null,
      };
    });
  }

  private begin(job: number, nowUs: TimeUs): void {
    const standing = this.standingOf.get(job)!;
    if (this.isServing.has(job)) return;
    this.isServing.add(job);
    pass(standing, nowUs);
    standing.serving++;
    const last = standing.outages.at(-1);
    if (last?.toUs === NOT_YET && standing.serving >= standing.service.needed) last.toUs = nowUs;
    if (standing.firstUpUs === NOT_YET && standing.serving >= standing.service.needed) {
      standing.firstUpUs = nowUs;
      standing.least = standing.serving;
    }
  }

  private stop(job: number, nowUs: TimeUs): void {
    if (!this.isServing.delete(job)) return;
    const standing = this.standingOf.get(job)!;
    pass(standing, nowUs);
    if (standing.firstUpUs !== NOT_YET && standing.serving === standing.service.needed) {
      standing.interruptions++;
      standing.outages.push({ fromUs: nowUs, toUs: NOT_YET });
    }
    standing.serving--;
    standing.least = Math.min(standing.least, standing.serving);
  }
}

/** Those that lasted longest, in order of time. */
function longest(outages: readonly Outage[]): ServiceFigures['outages'] {
  const listed = outages.toSorted((a, b) => b.toUs - b.fromUs - (a.toUs - a.fromUs)).slice(0, OUTAGES_LISTED_MAX);
  return listed
    .sort((a, b) => a.fromUs - b.fromUs)
    .map(({ fromUs, toUs }) => ({ fromS: usToSeconds(fromUs), forS: usToSeconds(toUs - fromUs) }));
}

/** Lets time go by as the service stands. */
function pass(standing: Standing, nowUs: TimeUs): void {
  const forUs = nowUs - standing.untilUs;
  standing.untilUs = nowUs;
  if (standing.firstUpUs === NOT_YET) return;
  standing.replicaUs += forUs * standing.serving;
  if (standing.serving >= standing.service.needed) standing.upUs += forUs;
}

/** What siblings claim of what their parent has, one entry a queue. Numbers are GPUs unless said otherwise. */
export interface Claims {
  /** What the queue is owed first, >= 0; Infinity claims all there is. */
  readonly deserved: ArrayLike<number>;
  /** What it may never exceed, >= 0; Infinity sets no limit. */
  readonly limit: ArrayLike<number>;
  /** Weight in the division of what is left over the deserved shares, >= 0; 0 takes no part. */
  readonly overQuotaWeight: ArrayLike<number>;
  /** Queues of higher priority are served first from what is left over; whole. */
  readonly priority: ArrayLike<number>;
  /** What its jobs hold and wait for together, >= 0. */
  readonly request: ArrayLike<number>;
  /** Past use as a fraction of the whole cluster, >= 0; plays a part only with kValue > 0. */
  readonly usage: ArrayLike<number>;
}

/**
 * Divides GPUs among the queues of one parent, as KAI-Scheduler does. First each queue gets what it deserves, as far
 * as it asks for it (the deserved shares may add up to more than there is: then nothing is left over). What is left
 * goes to one priority after the other: in rounds, to each queue that still asks for more, whole GPUs in proportion to
 * max(0, w + kValue · (w − usage)), w being its part of the weights. A round follows while somebody asked for less
 * than his part. GPUs that rounding down has left over go one each to the queues with the largest fractions, the
 * first of `queues` on ties. It allocates nothing once made, so that it may run at every decision.
 * Source: KAI-Scheduler, docs/fairness and plugin proportion; checked against its own answers in test/groundtruth.
 */
export class FairShare {
  private readonly claims: Claims;
  /** The queues by priority, larger first; equal ones in the order given. */
  private readonly queues: Int32Array;
  /** By place in `queues`: the part of the round, and the fraction that rounding down kept back. */
  private readonly part: Float64Array;
  private readonly fraction: Float64Array;

  /** `queues` are indices into the claims, older queues first. */
  constructor(claims: Claims, queues: readonly number[]) {
    this.claims = claims;
    this.queues = Int32Array.from(queues);
    const { priority } = claims;
    const placeOf = new Map(queues.map((queue, place) => [queue, place]));
    this.queues.sort((a, b) => priority[b]! - priority[a]! || placeOf.get(a)! - placeOf.get(b)!);
    this.part = new Float64Array(queues.length);
    this.fraction = new Float64Array(queues.length);
  }

  /**
   * Writes the share of each queue, in GPUs, to `share`; what no queue can use remains and is returned. `kValue` >= 0
   * says how much past use counts.
   */
  divide(gpus: number, kValue: number, share: Float64Array): number {
    const { queues, claims, fraction } = this;
    let left = gpus;
    for (const queue of queues) {
      share[queue] = Math.min(claims.deserved[queue]!, gpus, this.requestable(queue));
      left -= share[queue];
    }
    if (left <= 0) return 0;
    fraction.fill(0);
    for (let from = 0; from < queues.length;) {
      const to = this.endOfPriority(from);
      left = this.giveInRounds(from, to, left, kValue, share);
      from = to;
    }
    for (let from = 0; from < queues.length && left > 0;) {
      const to = this.endOfPriority(from);
      left = this.giveLeftovers(from, to, left, share);
      from = to;
    }
    return left;
  }

  private giveInRounds(from: number, to: number, gpus: number, kValue: number, share: Float64Array): number {
    const { queues, part } = this;
    let left = gpus;
    for (let again = true; again && left > 0;) {
      const parts = this.workOutParts(from, to, kValue, share);
      if (parts === 0) break;
      again = false;
      const round = left;
      for (let place = from; place < to && left > 0; place++) {
        const queue = queues[place]!;
        const wanted = this.requestable(queue) - share[queue]!;
        if (part[place] === 0) continue;
        const fair = round * (part[place]! / parts);
        const given = this.give(place, wanted, fair);
        share[queue]! += given;
        left -= given;
        if (given > 0 && wanted < fair) again = true;
      }
    }
    return left;
  }

  /** What a queue gets of its fair part in a round: all it wants, or whole GPUs. */
  private give(place: number, wanted: number, fair: number): number {
    if (wanted <= fair) {
      this.fraction[place] = 0;
      return wanted;
    }
    const given = Math.floor(fair);
    // A part without fraction says nothing new: what an earlier round kept back is still owed.
    if (fair > given) this.fraction[place] = fair - given;
    return given;
  }

  /** The parts of the queues that want more; returns their sum. */
  private workOutParts(from: number, to: number, kValue: number, share: Float64Array): number {
    const { queues, part, claims } = this;
    let weights = 0;
    for (let place = from; place < to; place++) {
      const queue = queues[place]!;
      const wantsMore = this.requestable(queue) > share[queue]!;
      part[place] = wantsMore ? claims.overQuotaWeight[queue]! : 0;
      weights += part[place]!;
    }
    if (weights === 0) return 0;
    let parts = 0;
    for (let place = from; place < to; place++) {
      if (part[place] === 0) continue;
      const weight = part[place]! / weights;
      part[place] = Math.max(0, weight + kValue * (weight - claims.usage[queues[place]!]!));
      parts += part[place]!;
    }
    return parts;
  }

  private giveLeftovers(from: number, to: number, gpus: number, share: Float64Array): number {
    const { queues, fraction } = this;
    let left = gpus;
    while (left > 0) {
      let best = -1;
      for (let place = from; place < to; place++) {
        if (fraction[place]! > (best === -1 ? 0 : fraction[best]!)) best = place;
      }
      if (best === -1) break;
      const queue = queues[best]!;
      // A limit in parts of a GPU must hold too, so no more than it still wants.
      const given = Math.min(1, left, this.requestable(queue) - share[queue]!);
      fraction[best] = 0;
      share[queue]! += given;
      left -= given;
    }
    return left;
  }

  private requestable(queue: number): number {
    return Math.min(this.claims.request[queue]!, this.claims.limit[queue]!);
  }

  private endOfPriority(from: number): number {
    const { queues, claims } = this;
    const priority = claims.priority[queues[from]!]!;
    let to = from + 1;
    while (to < queues.length && claims.priority[queues[to]!] === priority) to++;
    return to;
  }
}

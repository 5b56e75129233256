/** A job of a list of the Gavel simulator: steps to do, steps a second on each GPU type, GPUs, arrival in s. */
export interface TwinJob {
  readonly steps: number;
  readonly rates: readonly number[];
  readonly gpus: number;
  readonly arrivalS: number;
}

export type TwinPolicy = 'fifo' | 'isolated';

const ROUND_S = 360;
const INTERVAL_S = 1920;

/**
 * The rules of the Gavel simulator once more, as plainly as they can be said: in seconds, with every job looked at in
 * every round. On one GPU type `fifo` is in order of arrival; on several each job gets the fastest type with room.
 * Answers the completion time of every job in s.
 */
export function gavelTwin(jobs: readonly TwinJob[], gpusOfType: readonly number[], policy: TwinPolicy): number[] {
  const types = gpusOfType.map((_, type) => type);
  const credit = ROUND_S / 2;
  const done = jobs.map(() => 0);
  const endS = jobs.map(() => NaN);
  const shares: (number[] | undefined)[] = jobs.map(() => undefined);
  const received = jobs.map(() => types.map(() => credit));
  const deficit = jobs.map(() => types.map(() => 0));
  let typeTime = types.map(() => 0);
  let present: number[] = [];
  let next = 0;
  let nowS = jobs[0]!.arrivalS;
  let allocatedS = 0;
  let isStale = false;

  while (present.length > 0 || next < jobs.length) {
    for (; next < jobs.length && jobs[next]!.arrivalS <= nowS; next++) {
      present.push(next);
      isStale = true;
    }
    if (isStale && (allocatedS === 0 || nowS - allocatedS >= INTERVAL_S)) {
      for (const job of present) {
        for (const type of types) {
          const dueS = (shares[job]?.[type] ?? 0) * (nowS - allocatedS);
          deficit[job]![type]! += dueS - (received[job]![type]! - credit);
          received[job]![type] = credit;
        }
      }
      typeTime = types.map(() => credit * present.length);
      const renewed =
        policy === 'isolated' ? equalParts(jobs, present, gpusOfType) : inOrder(jobs, present, gpusOfType);
      renewed.forEach((ofJob, index) => (shares[present[index]!] = ofJob));
      allocatedS = nowS;
      isStale = false;
    }
    // Who runs where in this round.
    const typeOf = new Map<number, number>();
    for (const type of types) {
      const claims = present.flatMap((job) => {
        const share = shares[job]?.[type];
        if (share === undefined || jobs[job]!.rates[type] === 0 || (policy === 'fifo' && share === 0)) return [];
        const priority = share === 0 ? 0 : share / (received[job]![type]! / typeTime[type]!);
        return [{ job, keys: [priority, deficit[job]![type]!, share] }];
      });
      claims.sort(
        (a, b) => b.keys[0]! - a.keys[0]! || b.keys[1]! - a.keys[1]! || b.keys[2]! - a.keys[2]! || a.job - b.job,
      );
      let left = gpusOfType[type]!;
      for (const { job } of claims) {
        if (typeOf.has(job) || jobs[job]!.gpus > left) continue;
        left -= jobs[job]!.gpus;
        typeOf.set(job, type);
      }
    }
    if (typeOf.size === 0) {
      // Nothing can run: the next job is waited for, and after the last the allocation is due at once.
      if (next < jobs.length) nowS = jobs[next]!.arrivalS;
      else allocatedS = 0;
      continue;
    }
    // The round, and who ended in it.
    const ends = [...typeOf].map(([job, type]) => {
      const { steps, rates } = jobs[job]!;
      const stint = Math.min(Math.trunc(rates[type]! * ROUND_S), steps - done[job]!);
      done[job]! += stint;
      return { job, type, atS: nowS + stint / rates[type]! };
    });
    ends.sort((a, b) => b.atS - a.atS || a.job - b.job);
    for (const { job, type, atS } of ends) {
      received[job]![type]! += atS - nowS;
      typeTime[type]! += atS - nowS;
      if (done[job] === jobs[job]!.steps) endS[job] = atS;
    }
    const stillHere = present.filter((job) => Number.isNaN(endS[job]));
    isStale ||= stillHere.length < present.length;
    present = stillHere;
    nowS = ends[0]!.atS;
    if (present.length === 0 && next < jobs.length) nowS = Math.max(nowS, jobs[next]!.arrivalS);
  }
  return endS.map((atS, job) => atS - jobs[job]!.arrivalS);
}

/** An n-th part of each type over the GPUs of the job, and at most all of its time. */
function equalParts(jobs: readonly TwinJob[], present: readonly number[], gpusOfType: readonly number[]): number[][] {
  return present.map((job) => {
    const parts = gpusOfType.map((gpus) => gpus / present.length / jobs[job]!.gpus);
    const sum = parts.reduce((total, part) => total + part, 0);
    return sum > 1 ? parts.map((part) => part / sum) : parts;
  });
}

/** The fastest type with room for each job in order of arrival, up to the first that finds none. */
function inOrder(jobs: readonly TwinJob[], present: readonly number[], gpusOfType: readonly number[]): number[][] {
  const left = [...gpusOfType];
  let isBlocked = false;
  return present.map((job) => {
    const { gpus, rates } = jobs[job]!;
    const open = left.flatMap((there, type) => (there >= gpus && rates[type]! > 0 ? [type] : []));
    isBlocked ||= open.length === 0;
    const chosen = isBlocked ? -1 : open.reduce((best, type) => (rates[type]! > rates[best]! ? type : best));
    if (chosen >= 0) left[chosen]! -= gpus;
    return left.map((_, type) => (type === chosen ? 1 : 0));
  });
}

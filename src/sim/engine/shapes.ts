import { Refusal } from '../contract/refusal.ts';
import type { Gang } from '../contract/placement.ts';
import { LOCALITIES, Locality, NO_DATA_SET } from '../model/data-sets.ts';
import type { JobTable } from '../model/job-table.ts';
import { shareOf } from './share-of.ts';

/** Keys of variants: (shape, GPUs below this, GPU type or any). */
const VARIANT_GPUS = 2 ** 21;
const VARIANT_TYPES = 64;

/**
 * Jobs that ask for the same are one shape. A shape that was refused stays refused until something is given back,
 * because every placement is monotone: less free capacity never makes room. So a pass asks the placement once a shape,
 * not once a job.
 */
export class Shapes {
  /** Shape of each job. Where jobs wait for room near their data, it changes when a job makes do with less. */
  readonly of: Int32Array;
  readonly gangs: readonly Gang[];
  /** The shape that asks for the same one step farther from the data, always a later one; -1 if it may be anywhere. */
  readonly wider: Int32Array;
  /** Waiting jobs of each shape. */
  readonly waiting: Int32Array;
  /** Shapes with waiting jobs: list[0 .. listed-1], in no particular order. */
  readonly list: Int32Array;
  listed = 0;
  private readonly place: Int32Array;
  private readonly refusedAt: Int32Array;
  private readonly refusals: Uint8Array;
  /** Value of `changes` at which the reason in `refusals` was found. */
  private readonly reasonAt: Int32Array;
  private readonly fittedAt: Int32Array;
  private readonly fits: (gang: Gang) => Refusal;
  /** Gangs of other sizes and confined to one type, as they were first asked for. */
  private readonly variants = new Map<number, Gang>();
  private releases = 1;
  private readonly besideRefusedAt: Int32Array;
  reservation = 1;
  besideRefusals = 0;
  /** Counts every change after which a shape's answer may differ. */
  changes = 1;

  /**
   * With `countOnly`, CPU and memory are not looked at and do not tell shapes apart. Without `shares`, a job that asks for
   * less than a GPU asks for a whole one. With `nearData`, jobs that read other data sets have other shapes, one for each
   * locality; with `byData` they have other shapes too, one each.
   */
  constructor(
    jobs: JobTable,
    countOnly: boolean,
    fits: (gang: Gang) => Refusal,
    shares = false,
    nearData = false,
    byData = false,
  ) {
    this.fits = fits;
    this.of = new Int32Array(jobs.count);
    const gangs: Gang[] = [];
    const readBy: number[] = [];
    const known = new Map<string, number>();
    // Most jobs look like the last one of their size: that is asked before a gang is made.
    const lastOfSize = new Map<number, number>();
    for (let job = 0; job < jobs.count; job++) {
      const gpus = jobs.gpus[job]!;
      const shareMilli = shares ? shareOfOneGpu(jobs.gpuMilli[job]!) : 0;
      const cpuMilli = countOnly ? 0 : jobs.cpuMilli[job]!;
      const memoryMiB = countOnly ? 0 : jobs.memoryMiB[job]!;
      const typeMask = jobs.typeMask[job]!;
      const dataSet = nearData || byData ? jobs.dataSet[job]! : NO_DATA_SET;
      let shape = lastOfSize.get(gpus);
      const last = shape === undefined ? undefined : gangs[shape]!;
      const isLikeLast =
        last !== undefined &&
        last.shareMilli === shareMilli &&
        last.cpuMilli === cpuMilli &&
        last.memoryMiB === memoryMiB &&
        last.typeMask === typeMask &&
        readBy[shape!] === dataSet;
      if (!isLikeLast) {
        const key = `${gpus} ${shareMilli} ${cpuMilli} ${memoryMiB} ${typeMask} ${dataSet}`;
        const gang = { gpus, shareMilli, cpuMilli, memoryMiB, typeMask };
        shape = known.get(key) ?? addTo(gangs, gang, nearData ? dataSet : NO_DATA_SET);
        readBy[shape] = dataSet;
        known.set(key, shape);
        lastOfSize.set(gpus, shape);
      }
      this.of[job] = shape!;
    }
    this.gangs = gangs;
    this.wider = Int32Array.from(gangs, ({ reach = Locality.Any }, shape) => (reach === Locality.Any ? -1 : shape + 1));
    this.waiting = new Int32Array(gangs.length);
    this.list = new Int32Array(gangs.length);
    this.place = new Int32Array(gangs.length);
    this.refusedAt = new Int32Array(gangs.length);
    this.refusals = new Uint8Array(gangs.length);
    this.reasonAt = new Int32Array(gangs.length);
    this.besideRefusedAt = new Int32Array(gangs.length);
    this.fittedAt = new Int32Array(gangs.length);
  }

  gangOf(job: number): Gang {
    return this.gangs[this.of[job]!]!;
  }

  /** The job's gang with so many GPUs, its CPU and memory in proportion, on one GPU type or any (-1). */
  gangFor(job: number, gpus: number, gpuType: number): Gang {
    const shape = this.of[job]!;
    const asked = this.gangs[shape]!;
    if (gpus === asked.gpus && gpuType === -1) return asked;
    const key = (shape * VARIANT_GPUS + gpus) * VARIANT_TYPES + gpuType + 1;
    let gang = this.variants.get(key);
    if (gang === undefined) {
      gang = {
        gpus,
        shareMilli: gpus === asked.gpus ? asked.shareMilli : 0,
        cpuMilli: shareOf(asked.cpuMilli, gpus, asked.gpus),
        memoryMiB: shareOf(asked.memoryMiB, gpus, asked.gpus),
        typeMask: gpuType === -1 ? asked.typeMask : (asked.typeMask & (1 << gpuType)) >>> 0,
        ...(asked.dataSet === undefined ? {} : { dataSet: asked.dataSet }),
        ...(asked.reach === undefined ? {} : { reach: asked.reach }),
      };
      this.variants.set(key, gang);
    }
    return gang;
  }

  /** One more job of the shape waits. */
  enter(shape: number): void {
    if (this.waiting[shape]!++ > 0) return;
    this.place[shape] = this.listed;
    this.list[this.listed++] = shape;
    this.changes++;
  }

  /** One fewer. */
  leave(shape: number): void {
    if (--this.waiting[shape]! > 0) return;
    const last = this.list[--this.listed]!;
    this.list[this.place[shape]!] = last;
    this.place[last] = this.place[shape]!;
  }

  /** Something was given back: what was refused may fit now. */
  released(): void {
    this.releases++;
    this.changes++;
  }

  /** Something was taken: what fitted may not fit now. */
  taken(): void {
    this.changes++;
  }

  /** A new reservation stands: nobody has been refused for its sake. */
  reserved(): void {
    this.reservation++;
  }

  /** A gang of the shape that ran past the reserved instant would take the reserved gang's place. */
  refuseBeside(shape: number): void {
    this.besideRefusedAt[shape] = this.reservation;
    this.besideRefusals++;
  }

  /** Whether a gang of the shape may still be tried beside the reservation, even if it runs past its instant. */
  mayRunBeside(shape: number): boolean {
    return this.besideRefusedAt[shape] !== this.reservation;
  }

  /** Why a gang of the shape cannot be placed now (a fact learnt by trying). */
  refuse(shape: number, refusal: Refusal): void {
    this.refusedAt[shape] = this.releases;
    this.refusals[shape] = refusal;
    this.reasonAt[shape] = this.changes;
  }

  /** Why the shape is known not to fit now; None if that has not been tried. */
  knownRefusal(shape: number): Refusal {
    return this.refusedAt[shape] === this.releases ? (this.refusals[shape] as Refusal) : Refusal.None;
  }

  /** Whether a gang of the shape could be placed now, asking the placement only if that is not known already. */
  refusalNow(shape: number): Refusal {
    if (this.refusedAt[shape] === this.releases) return this.refusals[shape] as Refusal;
    if (this.fittedAt[shape] === this.changes) return Refusal.None;
    const refusal = this.fits(this.gangs[shape]!);
    if (refusal === Refusal.None) this.fittedAt[shape] = this.changes;
    else this.refuse(shape, refusal);
    return refusal;
  }

  /**
   * As `refusalNow`, with the reason that holds now. What was found in pieces, or far from the data, earlier may be too
   * little in all by now: the answer must not depend on when somebody first asked.
   */
  reasonNow(shape: number): Refusal {
    const known = this.refusalNow(shape);
    const mayHaveChanged = known === Refusal.Fragmented || known === Refusal.NotLocal;
    if (!mayHaveChanged || this.reasonAt[shape] === this.changes) return known;
    const reason = this.fits(this.gangs[shape]!);
    this.refuse(shape, reason === Refusal.None ? known : reason);
    return this.refusals[shape] as Refusal;
  }
}

/** The thousandths that a job asks for of one GPU; 0 if it asks for whole ones, or none. */
function shareOfOneGpu(gpuMilli: number): number {
  return gpuMilli < 1000 ? gpuMilli : 0;
}

/** Adds the shape of a gang, or of one that reads a data set a shape for each locality. The place of the first. */
function addTo(gangs: Gang[], gang: Gang, dataSet: number): number {
  if (dataSet === NO_DATA_SET) return gangs.push(gang) - 1;
  for (const reach of [Locality.Node, Locality.Rack, Locality.Any]) gangs.push({ ...gang, dataSet, reach });
  return gangs.length - LOCALITIES;
}

import { closesStretch, FactKind, type Fact, type Fold } from './fact.ts';

/** What silent corruptions did to gangs. */
export class Corruptions implements Fold {
  /** Times that a gang began to compute wrongly. */
  gangs = 0;
  /** Worked for nothing, whole GPU-us. */
  lostGpuUs = 0;
  /** Jobs that ended with a wrong result. */
  readonly wrong = new Set<number>();

  step({ kind, subject: job, detail, gpus, spent }: Fact): void {
    if (!closesStretch(kind)) return;
    this.lostGpuUs += gpus * spent.corruptUs;
    if (kind === FactKind.Corrupt) this.gangs++;
    if (kind === FactKind.Finish && detail === 1) this.wrong.add(job);
  }

  done(): void {
    // Jobs that still run have no result.
  }
}

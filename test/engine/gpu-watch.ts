import { FactKind, type Fact, type Fold } from '../../src/sim/record/fact.ts';

/** Follows every GPU by the facts alone: what is promised of it, and for how long nobody had how much of it. */
export class GpuWatch implements Fold {
  readonly #promised = new Map<string, number>();
  readonly problems: string[] = [];
  idleMilliUs = 0;
  sharers = 0;
  #lastUs = 0;
  #freeMilli: number;

  constructor(gpus: number) {
    this.#freeMilli = 1000 * gpus;
  }

  step({ kind, timeUs, grants, grantsFirst, grantsEnd, gpusEnd, gpus, gpuMilli }: Fact): void {
    this.#pass(timeUs);
    const starts = kind === FactKind.Start || kind === FactKind.GoOn;
    const ends =
      kind === FactKind.Finish || kind === FactKind.Preempt || kind === FactKind.CutOff || kind === FactKind.Leave;
    if (!starts && !ends) return;
    let named = grantsEnd;
    for (let at = grantsFirst; at < grantsEnd; at += 3) {
      for (let node = grants[at]!; node < grants[at]! + grants[at + 1]!; node++) {
        for (let count = 0; count < grants[at + 2]!; count++) {
          const key = `${node}/${grants[named++]}`;
          const before = this.#promised.get(key) ?? 0;
          const milli = gpuMilli < 1000 * gpus ? gpuMilli : 1000;
          if (starts && before > 0) this.sharers++;
          const after = before + (starts ? milli : -milli);
          if (after < 0 || after > 1000)
            this.problems.push(`${after} thousandths of GPU ${key} promised at ${timeUs} us`);
          this.#promised.set(key, after);
        }
      }
    }
    if (named !== gpusEnd)
      this.problems.push(`${gpusEnd - grantsEnd} GPUs named, ${named - grantsEnd} held at ${timeUs} us`);
    this.#freeMilli += starts ? -gpuMilli : gpuMilli;
  }

  done(endUs: number): void {
    this.#pass(endUs);
  }

  #pass(timeUs: number): void {
    this.idleMilliUs += this.#freeMilli * (timeUs - this.#lastUs);
    this.#lastUs = timeUs;
  }
}

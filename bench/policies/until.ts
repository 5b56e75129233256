import type { Fact, Fold } from '../../src/sim/record/fact.ts';

/** Shows another fold only what happens up to an instant, as if the run ended there. */
export class Until implements Fold {
  readonly #endUs: number;
  readonly #inner: Fold;
  #isDone = false;

  constructor(endUs: number, inner: Fold) {
    this.#endUs = endUs;
    this.#inner = inner;
  }

  step(fact: Fact): void {
    if (fact.timeUs > this.#endUs) this.done(this.#endUs);
    else this.#inner.step(fact);
  }

  done(endUs: number): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#inner.done(Math.min(endUs, this.#endUs));
  }
}

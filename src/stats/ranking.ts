/**
 * Selection of the best of several systems by their means with a stated probability, after Kim and Nelson (2001),
 * "A fully sequential procedure for indifference-zone selection in simulation" (ACM TOMACS 11): after a first stage each
 * round gives one more value to each system still in, and drops those that are certainly worse. Values may share their luck
 * from system to system (common random numbers); that only makes it faster.
 */
export class KimNelson {
  readonly systems: number;
  readonly firstStage: number;
  /** Differences smaller than this do not matter to whoever asks. */
  readonly indifference: number;
  /** Values given to all systems together. */
  spent = 0;
  private readonly left: Set<number>;
  private readonly values: number[][];
  private readonly sums: Float64Array;
  private readonly hSquared: number;
  /** Variance of the difference of each pair over the first stage. */
  private readonly variance: Float64Array;
  private rounds = 0;

  /**
   * The best is the one with the least mean. `probability` (0..1) of a correct selection whenever the best is better than
   * all others by at least `indifference`. RangeError where something of this makes no sense.
   */
  constructor(systems: number, probability: number, indifference: number, firstStage = 10) {
    if (!(systems >= 1)) throw new RangeError(`there is nothing to choose from among ${systems} systems`);
    if (!(probability < 1 && (systems === 1 ? probability > 0 : probability > 1 / systems))) {
      throw new RangeError(`the probability of a correct selection is between 1/${systems} and 1, not ${probability}`);
    }
    if (!(indifference > 0)) throw new RangeError(`an indifference is above 0, not ${indifference}`);
    if (!(firstStage >= 2)) throw new RangeError(`a first stage has at least 2 rounds, not ${firstStage}`);
    this.systems = systems;
    this.firstStage = firstStage;
    this.indifference = indifference;
    this.left = new Set(Array.from({ length: systems }, (_, system) => system));
    this.values = Array.from({ length: systems }, () => []);
    this.sums = new Float64Array(systems);
    this.variance = new Float64Array(systems * systems);
    const wrong = 1 - probability;
    const eta = 0.5 * (((2 * wrong) / Math.max(1, systems - 1)) ** (-2 / (firstStage - 1)) - 1);
    this.hSquared = 2 * eta * (firstStage - 1);
  }

  /** Systems still in, ascending; one when the selection is made. */
  get survivors(): readonly number[] {
    return [...this.left];
  }

  /** One more value of each survivor, in their order. */
  round(values: readonly number[]): void {
    const { survivors } = this;
    if (values.length !== survivors.length) {
      throw new RangeError(`a round has a value for each of ${survivors.length} systems, not ${values.length}`);
    }
    survivors.forEach((system, index) => {
      this.sums[system]! += values[index]!;
      if (this.rounds < this.firstStage) this.values[system]!.push(values[index]!);
    });
    this.spent += values.length;
    this.rounds++;
    if (this.rounds === this.firstStage) this.measureVariances();
    if (this.rounds >= this.firstStage) this.screen(survivors);
  }

  private measureVariances(): void {
    const { systems, firstStage, values, variance } = this;
    for (let one = 0; one < systems; one++) {
      for (let other = 0; other < one; other++) {
        const middle = (this.sums[one]! - this.sums[other]!) / firstStage;
        let squares = 0;
        for (let round = 0; round < firstStage; round++) {
          squares += (values[one]![round]! - values[other]![round]! - middle) ** 2;
        }
        variance[one * systems + other] = squares / (firstStage - 1);
        variance[other * systems + one] = squares / (firstStage - 1);
      }
    }
  }

  private screen(survivors: readonly number[]): void {
    const { rounds, indifference, hSquared, systems } = this;
    for (const one of survivors) {
      const isWorse = survivors.some((other) => {
        if (other === one) return false;
        const reach = (hSquared * this.variance[one * systems + other]!) / indifference ** 2;
        const slack = Math.max(0, (indifference / 2) * (reach - rounds));
        const behind = this.sums[one]! - this.sums[other]!;
        return behind > slack || (behind === slack && slack === 0 && one > other);
      });
      if (isWorse) this.left.delete(one);
    }
  }
}

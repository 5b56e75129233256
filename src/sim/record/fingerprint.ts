import { FactKind, NodeFactKind, type Fact, type Fold, type NodeFact } from './fact.ts';

const NODE_KINDS = 64;

/**
 * A rolling hash of all facts: two runs with the same fingerprint saw the same things happen in the same order.
 * Two 32-bit lanes of multiply-and-rotate mixing; integer arithmetic only, so it is the same on every machine.
 */
export class Fingerprint implements Fold {
  private high = 0x9e3779b9 | 0;
  private low = 0x85ebca6b | 0;

  step(fact: Fact): void {
    this.mix((fact.kind << 24) ^ fact.detail);
    this.mix(fact.subject);
    this.mixTime(fact.timeUs);
    if (fact.kind !== FactKind.Start && fact.kind !== FactKind.GoOn) return;
    for (let at = fact.grantsFirst; at < fact.gpusEnd; at++) this.mix(fact.grants[at]!);
  }

  stepNode({ kind, detail, subject, timeUs, gpus, from, to, sinceUs }: NodeFact): void {
    // Kinds of facts about jobs are below this.
    this.mix(((NODE_KINDS + kind) << 24) ^ detail);
    this.mix(subject);
    this.mixTime(timeUs);
    if (kind === NodeFactKind.Shift) this.mix((gpus << 8) ^ (from << 4) ^ to);
    else if (kind === NodeFactKind.DataBack) this.mixTime(sinceUs);
  }

  done(endUs: number): void {
    this.mixTime(endUs);
  }

  /** 16 hex digits. */
  toString(): string {
    const word = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
    return word(this.high) + word(this.low);
  }

  private mixTime(timeUs: number): void {
    const upper = Math.floor(timeUs / 0x1_0000_0000);
    this.mix(upper);
    this.mix((timeUs - upper * 0x1_0000_0000) | 0);
  }

  private mix(word: number): void {
    const high = Math.imul(this.high ^ word, 0xcc9e2d51);
    const low = Math.imul(this.low + word, 0x1b873593) ^ ((high << 15) | (high >>> 17));
    this.high = (high ^ ((low << 13) | (low >>> 19))) | 0;
    this.low = (Math.imul(low, 5) + 0x6b64e654) | 0;
  }
}

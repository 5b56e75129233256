import type { DownTimeIntake } from './down-time-intake.ts';

/**
 * Places "0", "1", ... that spot instances take: each the free one with the lowest number, until it is removed. A place
 * exists from the beginning of the trace, and is down while nobody has it.
 */
export class SpotSlots {
  readonly #intake: DownTimeIntake;
  readonly #slotOf = new Map<string, number>();
  /** Since when each place is down; -1: it is taken. */
  readonly #downSinceUs: number[] = [];

  constructor(intake: DownTimeIntake) {
    this.#intake = intake;
  }

  /** What is wrong with it, or undefined. */
  add(instance: string, atUs: number): string | undefined {
    if (this.#slotOf.has(instance)) return `adds ${JSON.stringify(instance)}, which is there already; remove it first`;
    const free = this.#downSinceUs.findIndex((sinceUs) => sinceUs !== -1);
    const slot = free === -1 ? this.#downSinceUs.length : free;
    const sinceUs = this.#downSinceUs[slot] ?? 0;
    this.#intake.mention(String(slot));
    if (sinceUs < atUs || slot === free) this.#intake.add(String(slot), sinceUs, atUs);
    this.#downSinceUs[slot] = -1;
    this.#slotOf.set(instance, slot);
    return undefined;
  }

  /** What is wrong with it, or undefined. */
  remove(instance: string, atUs: number): string | undefined {
    const slot = this.#slotOf.get(instance);
    if (slot === undefined) return `removes ${JSON.stringify(instance)}, which is not there; add it first`;
    this.#slotOf.delete(instance);
    this.#downSinceUs[slot] = atUs;
    return undefined;
  }

  /** The trace ends here; what is down then is down up to its end. */
  close(endUs: number): void {
    this.#downSinceUs.forEach((sinceUs, slot) => {
      if (sinceUs !== -1 && sinceUs < endUs) this.#intake.add(String(slot), sinceUs, endUs);
    });
  }
}

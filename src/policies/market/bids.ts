import { NEVER, type TimeUs } from '../../sim/kernel/clock.ts';

/** How much more a gang is worth as its time runs out: 1 with a slack of the horizon or more, 2 with none, and on. */
export function urgency(slackUs: TimeUs, horizonUs: TimeUs): number {
  return slackUs === NEVER ? 1 : 1 + Math.max(0, 1 - slackUs / horizonUs);
}

/** A positive factor that grows with the priority class: 1 + p for p >= 0, 1 / (1 - p) below. */
export function priorityFactor(priority: number): number {
  return priority >= 0 ? 1 + priority : 1 / (1 - priority);
}

/**
 * What tenants can still spend: each has the same budget of tokens for each window of time, refilled when a window
 * begins. What is left over is not carried on; a debt is (a tenant may win more at one sale than it has left).
 */
export class TokenPurses {
  private readonly balance: Float64Array;
  private readonly budget: number;
  private readonly windowUs: TimeUs;
  private window = 0;

  /** Tokens for each window, > 0 (Infinity: no limit), and the window in us, > 0. */
  constructor(tenants: number, budget: number, windowUs: TimeUs) {
    this.balance = new Float64Array(tenants).fill(budget);
    this.budget = budget;
    this.windowUs = windowUs;
  }

  /** Moves on to the window of this instant; instants do not go back. */
  refill(nowUs: TimeUs): void {
    const window = Math.floor(nowUs / this.windowUs);
    const passed = window - this.window;
    if (passed === 0) return;
    this.window = window;
    for (let tenant = 0; tenant < this.balance.length; tenant++) {
      this.balance[tenant] = Math.min(this.budget, this.balance[tenant]! + passed * this.budget);
    }
  }

  /** Tokens that a tenant may bid with, >= 0. */
  available(tenant: number): number {
    return Math.max(0, this.balance[tenant]!);
  }

  pay(tenant: number, tokens: number): void {
    this.balance[tenant]! -= tokens;
  }
}

import type { TimeUs } from '../../kernel/clock.ts';
import type { RandomStream } from '../../kernel/random.ts';
import type { Component } from '../../model/components.ts';
import type { FailureModel } from '../../model/failure-model.ts';

/**
 * What luck makes of each fault. Every question about every component has a stream of its own, made when it is first
 * asked, so that no answer moves another one.
 */
export class FaultLuck {
  private readonly model: FailureModel;
  private readonly streams = new Map<string, RandomStream>();

  constructor(model: FailureModel) {
    this.model = model;
  }

  /** From a fault until it is known. */
  detectionUs({ kind, name }: Component): TimeUs {
    const { missed, detectionUs, drawDetectionUs } = kind;
    if (missed !== undefined && this.happens(name, 'missed', missed.share)) {
      return missed.detectionUs(this.stream(name, 'missed detection'));
    }
    return drawDetectionUs?.(this.stream(name, 'detection')) ?? detectionUs;
  }

  /** How long the reset takes that mends a fault; undefined: it takes a repair. */
  resetUs({ kind: { transient }, name }: Component): TimeUs | undefined {
    if (transient === undefined || !this.happens(name, 'transient', transient.share)) return undefined;
    return transient.resetUs(this.stream(name, 'reset'));
  }

  /** How soon after its repair the fault is back; undefined: the repair helped. */
  reappearsUs({ kind: { reappears }, name }: Component): TimeUs | undefined {
    if (reappears === undefined || !this.happens(name, 'reappears', reappears.share)) return undefined;
    return Math.max(1, reappears.withinUs(this.stream(name, 'reappearing')));
  }

  /** One draw a question: with a greater share, what happened with a smaller one still does. */
  happens(component: string, question: string, share: number): boolean {
    return this.stream(component, question).uniform() < share;
  }

  stream(component: string, question: string): RandomStream {
    const name = `${component} ${question}`;
    let stream = this.streams.get(name);
    if (stream === undefined) {
      stream = this.model.luck(name);
      this.streams.set(name, stream);
    }
    return stream;
  }
}

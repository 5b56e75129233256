import type { TimeUs } from '../kernel/clock.ts';
import { Refusal } from '../contract/refusal.ts';
import { FactKind } from '../record/fact.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Shapes } from './shapes.ts';

/** No count of changes. */
const NOT_SEEN = 0;

/**
 * Why each waiting job is not running, after every decision: its shape finds no capacity, finds it in pieces, or would
 * fit and is held back by the policy. All jobs of a shape share the answer, so a change is one fact, not one a job.
 */
export class WaitCauses {
  private readonly shapes: Shapes;
  private readonly recorder: Recorder;
  private readonly causes: Uint8Array;
  private seen = NOT_SEEN;

  constructor(shapes: Shapes, recorder: Recorder) {
    this.shapes = shapes;
    this.recorder = recorder;
    this.causes = new Uint8Array(shapes.gangs.length);
  }

  /** Jobs of the shape wait outside the queue, for a cause that no placement knows. */
  set(shape: number, cause: Refusal, nowUs: TimeUs): void {
    if (this.causes[shape] === cause) return;
    this.causes[shape] = cause;
    this.recorder.record(FactKind.Refusal, nowUs, shape, cause, 0);
  }

  /** All jobs in the queue wait for something that no placement knows, until `update` is asked again. */
  setAll(cause: Refusal, nowUs: TimeUs): void {
    const { shapes } = this;
    for (let index = 0; index < shapes.listed; index++) this.set(shapes.list[index]!, cause, nowUs);
    this.seen = NOT_SEEN;
  }

  update(nowUs: TimeUs): void {
    const { shapes } = this;
    if (shapes.changes === this.seen) return;
    this.seen = shapes.changes;
    for (let index = 0; index < shapes.listed; index++) {
      const shape = shapes.list[index]!;
      const refusal = shapes.reasonNow(shape);
      const cause = refusal === Refusal.None ? Refusal.BehindHead : refusal;
      this.set(shape, cause, nowUs);
    }
  }
}

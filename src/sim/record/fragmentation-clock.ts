import { Refusal } from '../contract/refusal.ts';
import { FactKind, type Fact } from './fact.ts';

/** For so many jobs and shapes there is room at first. */
const ROOM = 64;

/**
 * The time for which at least one waiting job was held up by fragmentation: enough was free, but not in the shape that it
 * needed. What is idle while this clock runs is idle in pieces, and what is idle while it stands is simply free.
 */
export class FragmentationClock {
  /** Waiting jobs whose shape is held up by fragmentation. */
  private heldUp = 0;
  private ranUs = 0;
  private sinceUs = 0;
  private shapeOf = new Int32Array(ROOM);
  /** Per shape: its waiting jobs, and 1 where fragmentation holds them up. */
  private waiting = new Int32Array(ROOM);
  private isFragmented = new Uint8Array(ROOM);

  /** How long it has run by now, whole us. */
  at(nowUs: number): number {
    return this.heldUp > 0 ? this.ranUs + nowUs - this.sinceUs : this.ranUs;
  }

  step({ kind, subject, timeUs, detail }: Fact): void {
    switch (kind) {
      case FactKind.Arrive:
        this.joinAs(subject, detail, timeUs);
        break;
      case FactKind.Preempt:
      case FactKind.Rejoin:
        this.count(this.shapeOf[subject]!, 1, timeUs);
        break;
      case FactKind.Interrupt:
        // Whoever is kept out of the queue waits for nothing that is in pieces.
        if (detail === 0) this.count(this.shapeOf[subject]!, 1, timeUs);
        break;
      case FactKind.Start:
      case FactKind.Reject:
        this.count(this.shapeOf[subject]!, -1, timeUs);
        break;
      case FactKind.Reshape:
        this.count(this.shapeOf[subject]!, -1, timeUs);
        this.joinAs(subject, detail, timeUs);
        break;
      case FactKind.Refusal:
        this.hold(subject, detail === Refusal.Fragmented ? 1 : 0, timeUs);
        break;
      case FactKind.Finish:
      case FactKind.CutOff:
      case FactKind.Leave:
      case FactKind.GoOn:
      case FactKind.Stall:
      case FactKind.Pace:
      case FactKind.Corrupt:
      case FactKind.GiveUp:
      case FactKind.Ready:
        break;
      default:
        kind satisfies never;
    }
  }

  private joinAs(job: number, shape: number, nowUs: number): void {
    this.shapeOf = withRoomFor(job, this.shapeOf);
    this.shapeOf[job] = shape;
    this.count(shape, 1, nowUs);
  }

  private count(shape: number, jobs: 1 | -1, nowUs: number): void {
    this.waiting = withRoomFor(shape, this.waiting);
    this.waiting[shape]! += jobs;
    if (this.isFragmented[shape] === 1) this.change(jobs, nowUs);
  }

  private hold(shape: number, isFragmented: 0 | 1, nowUs: number): void {
    this.isFragmented = withRoomFor(shape, this.isFragmented);
    if (this.isFragmented[shape] === isFragmented) return;
    this.isFragmented[shape] = isFragmented;
    const jobs = this.waiting[shape] ?? 0;
    this.change(isFragmented === 1 ? jobs : -jobs, nowUs);
  }

  private change(jobs: number, nowUs: number): void {
    this.ranUs = this.at(nowUs);
    this.sinceUs = nowUs;
    this.heldUp += jobs;
  }
}

function withRoomFor<Column extends Int32Array | Uint8Array>(index: number, column: Column): Column {
  if (index < column.length) return column;
  const wider = new (column.constructor as new (length: number) => Column)(2 * index);
  wider.set(column);
  return wider;
}

import { NEVER, type TimeUs } from './clock.ts';

/** Names a pending event; safe to keep after the event has gone (cancel then answers false). */
export type EventHandle = number;

/** Events of one instant come in phase order, and within a phase in the order in which they were scheduled. */
const PHASE_STRIDE = 2 ** 49;
export const PHASES_MAX = 16;
/** A handle is slot + generation x SLOTS_MAX; both stay below 2^26, so it is exact in a double. */
const SLOTS_MAX = 2 ** 26;
const GENERATION_MASK = 2 ** 26 - 1;

/**
 * The pending-event set: a binary heap on typed arrays with the total order (time, phase, insertion number).
 * An event is a code and a subject (whole numbers); no object, closure or string is made for one.
 * Cancelling marks the event's slot; the heap forgets it when it surfaces, or when half of the heap is dead.
 */
export class EventQueue {
  /** The event that `next` took last. */
  timeUs: TimeUs = 0;
  code = 0;
  subject = 0;

  /** Heap entry i >= 1: time at 2i, phase and insertion number at 2i + 1 (both children lie in one cache line). */
  private keys: Float64Array;
  private slots: Int32Array;
  private count = 0;
  private dead = 0;
  private sequence = 0;

  private slotCode: Uint8Array;
  private slotSubject: Int32Array;
  private slotGeneration: Uint32Array;
  private slotDead: Uint8Array;
  private freeSlots: Int32Array;
  private freeCount = 0;
  private slotCount = 0;

  constructor(capacity = 64) {
    this.keys = new Float64Array(2 * (capacity + 2));
    this.slots = new Int32Array(capacity + 2);
    this.slotCode = new Uint8Array(capacity + 1);
    this.slotSubject = new Int32Array(capacity + 1);
    this.slotGeneration = new Uint32Array(capacity + 1);
    this.slotDead = new Uint8Array(capacity + 1);
    this.freeSlots = new Int32Array(capacity + 1);
  }

  /** Pending events, cancelled ones not counted. */
  get size(): number {
    return this.count - this.dead;
  }

  /** Adds an event. Time in whole us; phase 0 .. 15; code 0 .. 255; subject any 32-bit whole number. */
  schedule(timeUs: TimeUs, phase: number, code: number, subject: number): EventHandle {
    const slot = this.freeCount > 0 ? this.freeSlots[--this.freeCount]! : this.newSlot();
    this.slotCode[slot] = code;
    this.slotSubject[slot] = subject;
    this.siftUp(++this.count, timeUs, phase * PHASE_STRIDE + this.sequence++, slot);
    return slot + this.slotGeneration[slot]! * SLOTS_MAX;
  }

  /** Takes an event back. False if it has already happened or been cancelled. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOTS_MAX;
    if (slot >= this.slotCount || this.slotDead[slot] === 1) return false;
    if (this.slotGeneration[slot] !== (handle - slot) / SLOTS_MAX) return false;
    this.slotDead[slot] = 1;
    this.dead++;
    if (this.dead > 64 && this.dead > this.count >>> 1) this.compact();
    return true;
  }

  /** Moves a pending event to another time, as if it were scheduled now. RangeError if it is no longer pending. */
  reschedule(handle: EventHandle, timeUs: TimeUs, phase: number): EventHandle {
    const slot = handle % SLOTS_MAX;
    const code = this.slotCode[slot]!;
    const subject = this.slotSubject[slot]!;
    if (!this.cancel(handle)) throw new RangeError(`event ${handle} is no longer pending; schedule a new one`);
    return this.schedule(timeUs, phase, code, subject);
  }

  /** Time of the earliest pending event, or NEVER. */
  peekTimeUs(): TimeUs {
    while (this.dead > 0 && this.count > 0 && this.slotDead[this.slots[1]!] === 1) this.dropTop();
    return this.count > 0 ? this.keys[2]! : NEVER;
  }

  /** Takes the earliest event into `timeUs`, `code` and `subject`. False if there is none. */
  next(): boolean {
    while (this.dead > 0 && this.count > 0 && this.slotDead[this.slots[1]!] === 1) this.dropTop();
    if (this.count === 0) return false;
    const slot = this.slots[1]!;
    this.timeUs = this.keys[2]!;
    this.code = this.slotCode[slot]!;
    this.subject = this.slotSubject[slot]!;
    this.slotGeneration[slot] = (this.slotGeneration[slot]! + 1) & GENERATION_MASK;
    this.freeSlots[this.freeCount++] = slot;
    this.removeTop();
    return true;
  }

  private dropTop(): void {
    this.recycle(this.slots[1]!);
    this.removeTop();
  }

  /** Gives a cancelled event's slot back. */
  private recycle(slot: number): void {
    this.slotDead[slot] = 0;
    this.dead--;
    this.slotGeneration[slot] = (this.slotGeneration[slot]! + 1) & GENERATION_MASK;
    this.freeSlots[this.freeCount++] = slot;
  }

  private siftUp(from: number, time: number, order: number, slot: number): void {
    const { keys, slots } = this;
    let at = from;
    while (at > 1) {
      const parent = at >>> 1;
      const parentTime = keys[2 * parent]!;
      if (parentTime < time || (parentTime === time && keys[2 * parent + 1]! < order)) break;
      keys[2 * at] = parentTime;
      keys[2 * at + 1] = keys[2 * parent + 1]!;
      slots[at] = slots[parent]!;
      at = parent;
    }
    keys[2 * at] = time;
    keys[2 * at + 1] = order;
    slots[at] = slot;
  }

  /** Lets the hole at the top sink to the bottom along the smaller children, then puts the last entry there. */
  private removeTop(): void {
    const last = this.count--;
    if (last === 1) return;
    const { keys, slots } = this;
    let at = 1;
    let child = 2;
    while (child < last) {
      if (child + 1 < last) {
        const left = keys[2 * child]!;
        const right = keys[2 * child + 2]!;
        if (right < left || (right === left && keys[2 * child + 3]! < keys[2 * child + 1]!)) child++;
      }
      keys[2 * at] = keys[2 * child]!;
      keys[2 * at + 1] = keys[2 * child + 1]!;
      slots[at] = slots[child]!;
      at = child;
      child = 2 * at;
    }
    this.siftUp(at, keys[2 * last]!, keys[2 * last + 1]!, slots[last]!);
  }

  /** Rebuilds the heap without its cancelled events. The order is total, so nobody can tell. */
  private compact(): void {
    const { keys, slots } = this;
    const old = this.count;
    this.count = 0;
    for (let at = 1; at <= old; at++) {
      const slot = slots[at]!;
      if (this.slotDead[slot] === 1) this.recycle(slot);
      else this.siftUp(++this.count, keys[2 * at]!, keys[2 * at + 1]!, slot);
    }
  }

  private newSlot(): number {
    if (this.slotCount === this.slotCode.length) this.grow();
    return this.slotCount++;
  }

  private grow(): void {
    const capacity = this.slotCode.length * 2;
    if (capacity > SLOTS_MAX) throw new RangeError(`more than ${SLOTS_MAX} events pending at once`);
    this.keys = copyInto(new Float64Array(2 * (capacity + 2)), this.keys);
    this.slots = copyInto(new Int32Array(capacity + 2), this.slots);
    this.slotCode = copyInto(new Uint8Array(capacity), this.slotCode);
    this.slotSubject = copyInto(new Int32Array(capacity), this.slotSubject);
    this.slotGeneration = copyInto(new Uint32Array(capacity), this.slotGeneration);
    this.slotDead = copyInto(new Uint8Array(capacity), this.slotDead);
    this.freeSlots = copyInto(new Int32Array(capacity), this.freeSlots);
  }
}

function copyInto<T extends Float64Array | Int32Array | Uint8Array | Uint32Array>(wider: T, old: T): T {
  wider.set(old);
  return wider;
}

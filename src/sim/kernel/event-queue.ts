import { NEVER, type TimeUs } from './clock.ts';

/** Names a pending event; safe to keep after the event has gone (cancel then answers false). */
export type EventHandle = number;

/** Events of one instant come in phase order, and within a phase in the order in which they were scheduled. */
const PHASE_STRIDE = 2 ** 49;
export const PHASES_MAX = 16;
/** A handle is slot + generation x SLOTS_MAX; both stay below 2^26, so it is exact in a double. */
const SLOTS_MAX = 2 ** 26;
const GENERATION_MASK = SLOTS_MAX - 1;

/** A slot is four numbers side by side: code, subject, generation, and the next free slot (or DEAD, or LIVE). */
const SLOT = 4;
const LIVE = -1;
const DEAD = -2;
const NO_SLOT = -3;
/** The keys of the first entry of the heap. */
const TOP = 2;

/**
 * The pending-event set: a binary heap on typed arrays with the total order (time, phase, insertion number).
 * An event is a code and a subject (whole numbers); no object, closure or string is made for one.
 * Cancelling marks the event's slot; the heap forgets it when it surfaces, or when half of the heap is dead.
 * Taking an event leaves a hole at the top, for the event that most likely follows from it: one way down instead of two.
 */
export class EventQueue {
  /** The event that `next` took last. */
  timeUs: TimeUs = 0;
  code = 0;
  subject = 0;

  /** Heap entry i >= 1: time at 2i, phase and insertion number at 2i + 1 (both children lie in one cache line). */
  private keys: Float64Array;
  private entries: Int32Array;
  /** Entries, the hole at the top included while there is one. */
  private count = 0;
  /** Where the next event's keys go: beyond the end, or at TOP while there is a hole there (or nothing at all). */
  private open = TOP;
  private dead = 0;
  private sequence = 0;
  private slots: Int32Array;
  private freeSlot = NO_SLOT;
  private slotCount = 0;
  private lastSlot = 0;

  constructor(capacity = 64) {
    this.keys = new Float64Array(2 * (capacity + 2));
    this.keys[TOP] = NEVER;
    this.entries = new Int32Array(capacity + 2);
    this.slots = new Int32Array(SLOT * capacity);
  }

  /** Pending events, cancelled ones not counted. */
  get size(): number {
    return this.count - this.dead - (this.open === TOP && this.count > 0 ? 1 : 0);
  }

  /** The handle of the event scheduled last. (Asked for, not returned: most events are never cancelled.) */
  get lastHandle(): EventHandle {
    return this.lastSlot + this.slots[SLOT * this.lastSlot + 2]! * SLOTS_MAX;
  }

  /** Adds an event. Time in whole us; phase 0 .. 15; code and subject any 32-bit whole numbers. */
  schedule(timeUs: TimeUs, phase: number, code: number, subject: number): void {
    // Small enough to be inlined anywhere; and numbers pass through the arrays, for a double that is handed to a
    // function that is not inlined is boxed.
    const { keys, open } = this;
    keys[open] = timeUs;
    keys[open + 1] = phase * PHASE_STRIDE + this.sequence++;
    this.enter(code, subject);
  }

  /** Takes an event back. False if it has already happened or been cancelled. */
  cancel(handle: EventHandle): boolean {
    const slot = this.pendingSlot(handle);
    if (slot === NO_SLOT) return false;
    this.slots[SLOT * slot + 3] = DEAD;
    this.dead++;
    if (this.dead > 64 && this.dead > this.count >>> 1) this.compact();
    return true;
  }

  /** Moves a pending event to another time, as if it were scheduled now. RangeError if it is no longer pending. */
  reschedule(handle: EventHandle, timeUs: TimeUs, phase: number): void {
    const slot = this.pendingSlot(handle);
    if (slot === NO_SLOT) throw new RangeError(`event ${handle} is no longer pending; schedule a new one`);
    const code = this.slots[SLOT * slot]!;
    const subject = this.slots[SLOT * slot + 1]!;
    this.cancel(handle);
    this.schedule(timeUs, phase, code, subject);
  }

  /** Time of the earliest pending event, or NEVER. */
  peekTimeUs(): TimeUs {
    if (this.open === TOP || this.dead > 0) this.settle();
    return this.keys[TOP]!;
  }

  /** Takes the earliest event into `timeUs`, `code` and `subject`. False if there is none. */
  next(): boolean {
    if (this.open === TOP || this.dead > 0) this.settle();
    if (this.count === 0) return false;
    const slot = this.entries[1]!;
    const { slots } = this;
    const at = SLOT * slot;
    this.timeUs = this.keys[TOP]!;
    this.code = slots[at]!;
    this.subject = slots[at + 1]!;
    // Its handle names nothing any more. The slot stays with the hole: the event that fills the one takes the other.
    slots[at + 2] = (slots[at + 2]! + 1) & GENERATION_MASK;
    this.open = TOP;
    return true;
  }

  /** The event whose keys were written at `open` gets its slot and its place in the heap. */
  private enter(code: number, subject: number): void {
    const { slots, entries, open } = this;
    if (open === TOP && this.count > 0) {
      const slot = entries[1]!;
      const at = SLOT * slot;
      slots[at] = code;
      slots[at + 1] = subject;
      this.lastSlot = slot;
      this.open = 2 * this.count + 2;
      this.sink();
    } else this.append(code, subject);
  }

  /** The same where there is no hole to fill. */
  private append(code: number, subject: number): void {
    let slot = this.freeSlot;
    if (slot === NO_SLOT) slot = this.newSlot();
    const { slots } = this;
    const at = SLOT * slot;
    this.freeSlot = slots[at + 3]!;
    slots[at] = code;
    slots[at + 1] = subject;
    slots[at + 3] = LIVE;
    this.lastSlot = slot;
    const place = ++this.count;
    this.entries[place] = slot;
    this.open = 2 * place + 2;
    this.rise(place);
  }

  /** Makes the top the earliest pending event: closes the hole that nothing followed into, drops cancelled events. */
  private settle(): void {
    const { keys, entries } = this;
    let isHole = this.open === TOP && this.count > 0;
    while (isHole || (this.dead > 0 && this.slots[SLOT * entries[1]! + 3] === DEAD)) {
      if (isHole) this.release(entries[1]!);
      else this.recycle(entries[1]!);
      isHole = false;
      const last = this.count--;
      this.open = 2 * last;
      if (last === 1) {
        keys[TOP] = NEVER;
        return;
      }
      // Whoever is earlier of two moves up, all the way down; the last entry takes the place that falls empty. It
      // belongs near the bottom, so letting it rise from there is cheaper than asking for it on the way.
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
        entries[at] = entries[child]!;
        at = child;
        child = 2 * at;
      }
      keys[2 * at] = keys[2 * last]!;
      keys[2 * at + 1] = keys[2 * last + 1]!;
      entries[at] = entries[last]!;
      this.rise(at);
    }
  }

  private pendingSlot(handle: EventHandle): number {
    const slot = handle % SLOTS_MAX;
    if (!(slot < this.slotCount) || this.slots[SLOT * slot + 3] !== LIVE) return NO_SLOT;
    return this.slots[SLOT * slot + 2] === (handle - slot) / SLOTS_MAX ? slot : NO_SLOT;
  }

  /** Gives a cancelled event's slot back. */
  private recycle(slot: number): void {
    this.dead--;
    this.slots[SLOT * slot + 2] = (this.slots[SLOT * slot + 2]! + 1) & GENERATION_MASK;
    this.release(slot);
  }

  private release(slot: number): void {
    this.slots[SLOT * slot + 3] = this.freeSlot;
    this.freeSlot = slot;
  }

  /** The entry at `at` goes up to where it belongs. */
  private rise(place: number): void {
    const { keys, entries } = this;
    const time = keys[2 * place]!;
    const order = keys[2 * place + 1]!;
    const slot = entries[place]!;
    let at = place;
    while (at > 1) {
      const parent = at >>> 1;
      const parentTime = keys[2 * parent]!;
      if (parentTime < time || (parentTime === time && keys[2 * parent + 1]! < order)) break;
      keys[2 * at] = parentTime;
      keys[2 * at + 1] = keys[2 * parent + 1]!;
      entries[at] = entries[parent]!;
      at = parent;
    }
    keys[2 * at] = time;
    keys[2 * at + 1] = order;
    entries[at] = slot;
  }

  /** The entry at the top goes down to where it belongs. */
  private sink(): void {
    const { keys, entries, count } = this;
    const time = keys[TOP]!;
    const order = keys[TOP + 1]!;
    const slot = entries[1]!;
    let at = 1;
    let child = 2;
    while (child <= count) {
      let childTime = keys[2 * child]!;
      if (child < count) {
        const right = keys[2 * child + 2]!;
        if (right < childTime || (right === childTime && keys[2 * child + 3]! < keys[2 * child + 1]!)) {
          child++;
          childTime = right;
        }
      }
      if (time < childTime || (time === childTime && order < keys[2 * child + 1]!)) break;
      keys[2 * at] = childTime;
      keys[2 * at + 1] = keys[2 * child + 1]!;
      entries[at] = entries[child]!;
      at = child;
      child = 2 * at;
    }
    keys[2 * at] = time;
    keys[2 * at + 1] = order;
    entries[at] = slot;
  }

  /** Rebuilds the heap without its cancelled events. The order is total, so nobody can tell. */
  private compact(): void {
    if (this.open === TOP && this.count > 0) this.settle();
    const { keys, entries } = this;
    const old = this.count;
    this.count = 0;
    for (let at = 1; at <= old; at++) {
      if (this.slots[SLOT * entries[at]! + 3] === DEAD) {
        this.recycle(entries[at]!);
        continue;
      }
      const place = ++this.count;
      keys[2 * place] = keys[2 * at]!;
      keys[2 * place + 1] = keys[2 * at + 1]!;
      entries[place] = entries[at]!;
      this.rise(place);
    }
    this.open = 2 * this.count + 2;
    if (this.count === 0) this.keys[TOP] = NEVER;
  }

  private newSlot(): number {
    if (SLOT * this.slotCount === this.slots.length) this.grow();
    this.slots[SLOT * this.slotCount + 3] = NO_SLOT;
    return this.slotCount++;
  }

  private grow(): void {
    const capacity = Math.max(1, 2 * this.slotCount);
    if (capacity > SLOTS_MAX) throw new RangeError(`more than ${SLOTS_MAX / 2} events pending at once`);
    const keys = new Float64Array(2 * (capacity + 2));
    keys.set(this.keys);
    this.keys = keys;
    const entries = new Int32Array(capacity + 2);
    entries.set(this.entries);
    this.entries = entries;
    const slots = new Int32Array(SLOT * capacity);
    slots.set(this.slots);
    this.slots = slots;
  }
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/sim/kernel/clock.ts';
import { EventQueue, PHASES_MAX } from '../../src/sim/kernel/event-queue.ts';
import { AleaStream } from '../../src/sim/kernel/random.ts';
import { seed } from '../engine/seed.ts';

interface Pending {
  timeUs: number;
  phase: number;
  insertion: number;
  code: number;
  subject: number;
}

/** The same queue as a list that is sorted whenever somebody looks. */
class SortedListQueue {
  readonly pending: Pending[] = [];
  #insertions = 0;

  schedule(timeUs: number, phase: number, code: number, subject: number): Pending {
    const event = { timeUs, phase, insertion: this.#insertions++, code, subject };
    this.pending.push(event);
    this.pending.sort((a, b) => a.timeUs - b.timeUs || a.phase - b.phase || a.insertion - b.insertion);
    return event;
  }

  cancel(event: Pending): boolean {
    const place = this.pending.indexOf(event);
    if (place !== -1) this.pending.splice(place, 1);
    return place !== -1;
  }
}

type Step =
  | { readonly act: 'schedule'; readonly timeUs: number; readonly phase: number; readonly code: number }
  | { readonly act: 'cancel'; readonly pick: number }
  | { readonly act: 'reschedule'; readonly pick: number; readonly timeUs: number; readonly phase: number }
  | { readonly act: 'next' }
  | { readonly act: 'peek' };

// Few distinct times, so that most events tie; the last is the largest instant a clock can name.
const timeUs = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(Number.MAX_SAFE_INTEGER));
const phase = fc.integer({ min: 0, max: PHASES_MAX - 1 });
const pick = fc.nat();
const code = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ act: fc.constant('schedule' as const), timeUs, phase, code }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('cancel' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ act: fc.constant('reschedule' as const), pick, timeUs, phase }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('next' as const) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('peek' as const) }) },
  ),
  { maxLength: 300 },
);

/** Does one step on both queues; every handle ever given is kept, so that stale ones are tried again and again. */
function agreeOn(step: Step, queue: EventQueue, twin: SortedListQueue, given: [number, Pending][]): void {
  switch (step.act) {
    case 'schedule':
      queue.schedule(step.timeUs, step.phase, step.code, given.length);
      given.push([queue.lastHandle, twin.schedule(step.timeUs, step.phase, step.code, given.length)]);
      break;
    case 'cancel': {
      const chosen = given[step.pick % Math.max(1, given.length)];
      if (chosen !== undefined) expect(queue.cancel(chosen[0])).toBe(twin.cancel(chosen[1]));
      break;
    }
    case 'reschedule': {
      const chosen = given[step.pick % Math.max(1, given.length)];
      if (chosen === undefined) break;
      const [handle, event] = chosen;
      if (!twin.cancel(event)) {
        expect(() => queue.reschedule(handle, step.timeUs, step.phase)).toThrow(/no longer pending/);
        break;
      }
      queue.reschedule(handle, step.timeUs, step.phase);
      given.push([queue.lastHandle, twin.schedule(step.timeUs, step.phase, event.code, event.subject)]);
      break;
    }
    case 'next': {
      const first = twin.pending.shift();
      expect(queue.next()).toBe(first !== undefined);
      if (first !== undefined) {
        expect([queue.timeUs, queue.code, queue.subject]).toEqual([first.timeUs, first.code, first.subject]);
      }
      break;
    }
    case 'peek':
      expect(queue.peekTimeUs()).toBe(twin.pending[0]?.timeUs ?? NEVER);
      break;
    default:
      step satisfies never;
  }
  expect(queue.size).toBe(twin.pending.length);
}

describe('the event queue', () => {
  it('does what a sorted list does, whatever is scheduled, cancelled, moved and taken, from any first capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), steps, (capacity, list) => {
        const queue = new EventQueue(capacity);
        const twin = new SortedListQueue();
        const given: [number, Pending][] = [];
        for (const step of list) agreeOn(step, queue, twin, given);
        while (twin.pending.length > 0) agreeOn({ act: 'next' }, queue, twin, given);
        expect(queue.next()).toBe(false);
      }),
      { numRuns: 150, seed },
    );
  });

  it('keeps the total order through thousands of cancellations, when it throws the dead out of its heap', () => {
    const luck = new AleaStream('cancel most');
    const queue = new EventQueue(1);
    const left: { timeUs: number; phase: number; subject: number }[] = [];
    const handles: number[] = [];
    for (let subject = 0; subject < 5000; subject++) {
      const event = { timeUs: Math.floor(luck.uniform() * 50), phase: Math.floor(luck.uniform() * 7), subject };
      queue.schedule(event.timeUs, event.phase, 0, subject);
      const handle = queue.lastHandle;
      if (luck.uniform() < 0.1) left.push(event);
      else handles.push(handle);
      // Some are cancelled at once, the others in a row later on.
      if (handles.length > 0 && luck.uniform() < 0.5) expect(queue.cancel(handles.pop()!)).toBe(true);
    }
    for (const handle of handles) expect(queue.cancel(handle)).toBe(true);
    for (const handle of handles) expect(queue.cancel(handle)).toBe(false);
    expect(queue.size).toBe(left.length);
    left.sort((a, b) => a.timeUs - b.timeUs || a.phase - b.phase || a.subject - b.subject);
    const taken: number[] = [];
    while (queue.next()) taken.push(queue.subject);
    expect(taken).toEqual(left.map((event) => event.subject));
  });

  it('does what a sorted list does while timers by the thousand are set, taken back and moved between events', () => {
    const luck = new AleaStream('timers');
    const upTo = (max: number): number => Math.floor(luck.uniform() * (max + 1));
    const queue = new EventQueue(2);
    const twin = new SortedListQueue();
    const given: [number, Pending][] = [];
    for (let round = 0; round < 400; round++) {
      // More than 64 dead among few live ones make the heap throw them out, now and then right after an event was taken.
      const timers = upTo(150);
      for (let timer = 0; timer < timers; timer++) {
        agreeOn({ act: 'schedule', timeUs: round + upTo(60), phase: upTo(6), code: timer }, queue, twin, given);
      }
      if (luck.uniform() < 0.5) agreeOn({ act: 'next' }, queue, twin, given);
      for (let last = Math.max(0, given.length - timers); last < given.length; last++) {
        if (luck.uniform() < 0.95) agreeOn({ act: 'cancel', pick: last }, queue, twin, given);
        else if (luck.uniform() < 0.1) agreeOn({ act: 'next' }, queue, twin, given);
      }
      if (luck.uniform() < 0.5) agreeOn({ act: 'peek' }, queue, twin, given);
      for (let taken = upTo(8); taken > 0; taken--) agreeOn({ act: 'next' }, queue, twin, given);
    }
    while (twin.pending.length > 0) agreeOn({ act: 'next' }, queue, twin, given);
    expect(given.length).toBeGreaterThan(20_000);
    expect(queue.next()).toBe(false);
  });

  it('reuses the slots of cancelled events, so that timers set and taken back a million times need no more room', () => {
    const queue = new EventQueue(4);
    queue.schedule(0, 0, 0, 0);
    let slotMax = 0;
    for (let round = 1; round < 20_000; round++) {
      queue.schedule(round, 0, 0, round);
      slotMax = Math.max(slotMax, queue.lastHandle % 2 ** 26);
      queue.cancel(queue.lastHandle);
    }
    expect(slotMax).toBeLessThan(200);
    expect(queue.size).toBe(1);
  });

  it('answers false for the handle of an event whose slot another event has taken', () => {
    const queue = new EventQueue();
    queue.schedule(1, 0, 1, 1);
    const first = queue.lastHandle;
    expect(queue.next()).toBe(true);
    queue.schedule(2, 0, 2, 2);
    const second = queue.lastHandle;
    expect(second % 2 ** 26).toBe(first % 2 ** 26);
    expect(queue.cancel(first)).toBe(false);
    expect(queue.cancel(second)).toBe(true);
    expect(queue.cancel(second)).toBe(false);
    expect(queue.peekTimeUs()).toBe(NEVER);
  });

  it('answers false for handles that were never given', () => {
    const queue = new EventQueue();
    queue.schedule(1, 0, 1, 1);
    for (const handle of [-1, 1, 63, 64, 2 ** 26, 2 ** 40, NaN, Infinity]) expect(queue.cancel(handle)).toBe(false);
    expect(queue.size).toBe(1);
  });
});

import { luck, type Work } from './queueing-models.ts';

/**
 * The yardstick of the kernel: the same models with the event queue written out by hand in the loop, over arrays laid
 * out as the kernel lays them (time and order side by side, slots with code, subject and generation). What the kernel
 * costs beyond this is the price of having an event queue of its own.
 */
const PHASE_STRIDE = 2 ** 49;

/** M/M/c with everything in one loop. */
export function queueInlined(servers: number, load: number, customers: number): Work {
  const { gap, service, gaps, services } = luck(servers, load);
  const capacity = 2 * servers + 4;
  const keys = new Float64Array(2 * (capacity + 2));
  const entries = new Int32Array(capacity + 2);
  const slots = new Int32Array(4 * (capacity + 1));
  for (let slot = 0; slot < capacity; slot++) slots[4 * slot + 3] = slot + 1;
  let free = 0;
  let count = 0;
  let sequence = 0;
  let hole = false;
  let busy = 0;
  let waiting = 0;
  let left = customers;
  let events = 0;
  let check = 0;
  // Up to two events are scheduled for each one taken: an arrival (code 1, phase 3) and an end (code 0, phase 0).
  let arrivalUs = Math.round(gap.sample(gaps) * 1e6);
  let endUs = -1;
  for (;;) {
    for (;;) {
      let time: number;
      let order: number;
      const slot = free;
      if (arrivalUs >= 0) {
        time = arrivalUs;
        order = 3 * PHASE_STRIDE + sequence++;
        slots[4 * slot] = 1;
        arrivalUs = -1;
      } else if (endUs >= 0) {
        time = endUs;
        order = sequence++;
        slots[4 * slot] = 0;
        endUs = -1;
      } else break;
      free = slots[4 * slot + 3]!;
      slots[4 * slot + 1] = 0;
      slots[4 * slot + 3] = -1;
      let at = 1;
      if (hole) {
        hole = false;
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
      } else {
        at = ++count;
        while (at > 1) {
          const parent = at >>> 1;
          const parentTime = keys[2 * parent]!;
          if (parentTime < time || (parentTime === time && keys[2 * parent + 1]! < order)) break;
          keys[2 * at] = parentTime;
          keys[2 * at + 1] = keys[2 * parent + 1]!;
          entries[at] = entries[parent]!;
          at = parent;
        }
      }
      keys[2 * at] = time;
      keys[2 * at + 1] = order;
      entries[at] = slot;
    }
    if (hole) {
      hole = false;
      const last = count--;
      if (last > 1) {
        let at = 1;
        let child = 2;
        while (child < last) {
          if (child + 1 < last) {
            const leftTime = keys[2 * child]!;
            const rightTime = keys[2 * child + 2]!;
            if (rightTime < leftTime || (rightTime === leftTime && keys[2 * child + 3]! < keys[2 * child + 1]!))
              child++;
          }
          keys[2 * at] = keys[2 * child]!;
          keys[2 * at + 1] = keys[2 * child + 1]!;
          entries[at] = entries[child]!;
          at = child;
          child = 2 * at;
        }
        const time = keys[2 * last]!;
        const order = keys[2 * last + 1]!;
        const slot = entries[last]!;
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
    }
    if (count === 0) break;
    const taken = entries[1]!;
    const now = keys[2]!;
    const code = slots[4 * taken]!;
    slots[4 * taken + 2] = (slots[4 * taken + 2]! + 1) & 0x3ffffff;
    slots[4 * taken + 3] = free;
    free = taken;
    hole = true;
    events++;
    check += now % 1000;
    if (code === 1) {
      if (--left > 0) arrivalUs = now + Math.round(gap.sample(gaps) * 1e6);
      if (busy === servers) {
        waiting++;
        continue;
      }
      busy++;
    } else if (waiting > 0) waiting--;
    else {
      busy--;
      continue;
    }
    endUs = now + Math.round(service.sample(services) * 1e6);
  }
  return { events, check };
}

/** Hold with everything in one loop: the first event is replaced where it stands. */
export function holdInlined(pending: number, holds: number): Work {
  const { gap, gaps } = luck(1, 1);
  const keys = new Float64Array(2 * (pending + 2));
  const entries = new Int32Array(pending + 2);
  const slots = new Int32Array(4 * (pending + 1));
  let count = 0;
  let sequence = 0;
  let check = 0;
  let hold = -pending;
  let slot = 0;
  let subject = 0;
  let now = 0;
  for (;;) {
    slots[4 * slot] = 0;
    slots[4 * slot + 1] = subject;
    slots[4 * slot + 3] = -1;
    const time = now + Math.round(gap.sample(gaps) * 1e6);
    const order = sequence++;
    let at = 1;
    if (hold < 0) {
      at = ++count;
      while (at > 1) {
        const parent = at >>> 1;
        const parentTime = keys[2 * parent]!;
        if (parentTime < time || (parentTime === time && keys[2 * parent + 1]! < order)) break;
        keys[2 * at] = parentTime;
        keys[2 * at + 1] = keys[2 * parent + 1]!;
        entries[at] = entries[parent]!;
        at = parent;
      }
    } else {
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
    }
    keys[2 * at] = time;
    keys[2 * at + 1] = order;
    entries[at] = slot;
    if (++hold < 0) {
      subject = ++slot;
      continue;
    }
    if (hold === holds) break;
    now = keys[2]!;
    slot = entries[1]!;
    subject = slots[4 * slot + 1]!;
    slots[4 * slot + 2] = (slots[4 * slot + 2]! + 1) & 0x3ffffff;
    slots[4 * slot + 3] = -3;
    check += now % 1000;
  }
  return { events: holds, check };
}

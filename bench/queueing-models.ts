import { EventQueue } from '../src/sim/kernel/event-queue.ts';
import { Phase } from '../src/sim/kernel/phase.ts';
import { buildDistribution } from '../src/sim/kernel/distributions/registry.ts';
import { RandomStreams } from '../src/sim/kernel/random.ts';

/** What a model did: so many events, and a sum over their times that only the same work can give. */
export interface Work {
  readonly events: number;
  readonly check: number;
}

const ARRIVE = 1;
const FINISH = 0;

/** M/M/c through the kernel's event queue: Poisson arrivals, exponential service, one queue. Mean service 1 s. */
export function queueThroughKernel(servers: number, load: number, customers: number): Work {
  const { gap, service, gaps, services } = luck(servers, load);
  const queue = new EventQueue(2 * servers + 2);
  let busy = 0;
  let waiting = 0;
  let left = customers;
  let events = 0;
  let check = 0;
  queue.schedule(Math.round(gap.sample(gaps) * 1e6), Phase.Arrive, ARRIVE, 0);
  while (queue.next()) {
    const now = queue.timeUs;
    events++;
    check += now % 1000;
    if (queue.code === ARRIVE) {
      if (--left > 0) queue.schedule(now + Math.round(gap.sample(gaps) * 1e6), Phase.Arrive, ARRIVE, 0);
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
    queue.schedule(now + Math.round(service.sample(services) * 1e6), Phase.Finish, FINISH, 0);
  }
  return { events, check };
}

/** Hold: with so many events pending, take the first and schedule one an exponential time later. */
export function holdThroughKernel(pending: number, holds: number): Work {
  const { gap, gaps } = luck(1, 1);
  const queue = new EventQueue(pending + 1);
  for (let event = 0; event < pending; event++) queue.schedule(Math.round(gap.sample(gaps) * 1e6), 0, 0, event);
  let check = 0;
  for (let hold = 0; hold < holds; hold++) {
    queue.next();
    check += queue.timeUs % 1000;
    queue.schedule(queue.timeUs + Math.round(gap.sample(gaps) * 1e6), 0, 0, queue.subject);
  }
  return { events: holds, check };
}

/** The streams and distributions of a model; both ways of running it draw the same. */
export function luck(servers: number, load: number) {
  const streams = new RandomStreams(1);
  return {
    gap: buildDistribution({ kind: 'exponential', mean: 1 / (load * servers) }),
    service: buildDistribution({ kind: 'exponential', mean: 1 }),
    gaps: streams.stream('arrivals'),
    services: streams.stream('services'),
  };
}

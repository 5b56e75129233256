import { NEVER } from '../../sim/kernel/clock.ts';
import { Refusal } from '../../sim/contract/refusal.ts';
import { NO_JOB, type SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { honourPriority, priorityParameter, queueOrder } from './queue-order.ts';

/**
 * EASY backfilling. Heads start while they fit. The first that does not gets a reservation at its shadow time; later
 * jobs start if they fit now and either end by then, by their estimate, or leave the head its place beside them.
 * With `count` placement the latter is the classic rule "no more than the extra GPUs".
 */
export const easyBackfill: SchedulingDefinition = {
  name: 'easy-backfill',
  summary: 'Reserves for the first job that does not fit; later jobs may start if they do not delay it (EASY).',
  source: 'Lifka, The ANL/IBM SP scheduling system, JSSPP 1995; Mu’alem and Feitelson, TPDS 2001',
  parameters: { priorities: priorityParameter },
  semantics: (parameters) => ({
    order: honourPriority(parameters)
      ? 'priority (larger first), then submit, then file order'
      : 'submit, then file order',
    reservation: 'one, for the first job that does not fit, worked out anew at every decision',
    shadow:
      'earliest estimated end, max(estimated end, now) with ties by job order, after which the placement can hold the job',
    backfill:
      'in queue order: starts if it fits now and ends by the shadow time or the reserved gang still fits beside it (asked once a decision for jobs that ask for the same)',
    idle: 'GPUs stay idle where a job that fits would delay the reserved one',
    estimates: 'as the scenario states; a job that outlives its estimate counts as ending now',
  }),
  create: (parameters) => ({
    order: queueOrder(parameters),
    looksAhead: true,
    initial: () => undefined,
    decide({ view: { queue, nowUs }, plan: { reservation }, plan }) {
      let head = queue.head();
      while (head !== NO_JOB && plan.start(head) === Refusal.None) head = queue.head();
      // Nobody else fits anywhere: the shadow time would answer a question that nobody asks.
      if (head === NO_JOB || queue.nextCandidate(head, Infinity, NEVER) === NO_JOB) return NEVER;
      const slackUs = reservation.reserve(head) - nowUs;
      let job = queue.nextCandidate(head, reservation.extraGpus(), slackUs);
      while (job !== NO_JOB) {
        reservation.startBeside(job);
        job = queue.nextCandidate(job, reservation.extraGpus(), slackUs);
      }
      return NEVER;
    },
  }),
};

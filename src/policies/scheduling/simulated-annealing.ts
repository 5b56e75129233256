import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { AnnealingSearch } from '../search/annealing-search.ts';
import { orderSearchParameters, orderSearchPolicy, orderSearchSemantics } from '../search/order-search.ts';

/** Simulated annealing over the order and GPU types of the first waiting jobs, decoded by list scheduling. */
export const simulatedAnnealing: SchedulingDefinition = {
  name: 'simulated-annealing',
  summary: 'Searches the order and GPU types of the first waiting jobs by simulated annealing.',
  source: 'Kirkpatrick, Gelatt and Vecchi, Science 1983; first temperature: White, ICCD 1984',
  parameters: {
    ...orderSearchParameters,
    sampleMoves: {
      type: 'integer',
      minimum: 2,
      maximum: 100_000,
      default: 40,
      description: 'Random moves, part of the budget, whose spread of cost is the first temperature.',
    },
    cooling: {
      type: 'number',
      minimum: 0.01,
      maximum: 0.999,
      default: 0.95,
      description: 'Factor from one temperature to the next, after as many moves as there are jobs.',
    },
    levels: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 3,
      description: 'Temperatures in a row without a new best after which the search goes back to the best.',
    },
  },
  semantics: (parameters) => ({
    ...orderSearchSemantics(parameters),
    search: `simulated annealing: moves put a job elsewhere, swap two or change a GPU type; first temperature = standard deviation of ${String(parameters['sampleMoves'])} random moves, times ${String(parameters['cooling'])} after as many moves as jobs; back to the best after ${String(parameters['levels'])} temperatures without a new one, heated up again once below a thousandth; nodes are the placement's choice`,
  }),
  create: (parameters) =>
    orderSearchPolicy(
      parameters,
      (window) =>
        new AnnealingSearch(window, {
          sampleMoves: Number(parameters['sampleMoves']),
          cooling: Number(parameters['cooling']),
          patience: Number(parameters['levels']),
        }),
    ),
};

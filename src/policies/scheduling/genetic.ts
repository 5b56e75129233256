import type { SchedulingDefinition } from '../../sim/contract/scheduling.ts';
import { GeneticSearch } from '../search/genetic-search.ts';
import { orderSearchParameters, orderSearchPolicy, orderSearchSemantics } from '../search/order-search.ts';

/** A genetic algorithm over the order and GPU types of the first waiting jobs, decoded by list scheduling. */
export const genetic: SchedulingDefinition = {
  name: 'genetic',
  summary: 'Searches the order and GPU types of the first waiting jobs with a genetic algorithm.',
  source: 'Davis, IJCAI 1985 (order crossover); mutation rate and budget by evaluations as in Pollux, OSDI 2021',
  parameters: {
    ...orderSearchParameters,
    population: {
      type: 'integer',
      minimum: 2,
      maximum: 1000,
      default: 30,
      description: 'Individuals of a generation; one passes on unchanged.',
    },
    tournament: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 2,
      description: 'Individuals drawn for each parent, of which the best is taken.',
    },
    crossover: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.9,
      description: 'Probability that a child has two parents.',
    },
  },
  semantics: (parameters) => ({
    ...orderSearchSemantics(parameters),
    search: `genetic: ${String(parameters['population'])} individuals (order, and a GPU type or "any" for each job), tournament of ${String(parameters['tournament'])}, one-point order crossover with probability ${String(parameters['crossover'])}, each gene mutates with probability 1 / jobs, the best passes on, types that cannot take the job are repaired to "any"; nodes are the placement's choice`,
  }),
  create: (parameters) =>
    orderSearchPolicy(
      parameters,
      (window) =>
        new GeneticSearch(window, {
          population: Number(parameters['population']),
          tournament: Number(parameters['tournament']),
          crossover: Number(parameters['crossover']),
          elite: 1,
        }),
    ),
};

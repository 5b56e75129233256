import type { FromSchema } from 'json-schema-to-ts';
import { nameField, positiveDurationField } from '../../scenario/schema/quantity-fields.ts';
import { planSchema } from './plan-schema.ts';

const PLAIN = ['string', 'number', 'boolean', 'array', 'object'] as const;

const path = {
  type: 'string',
  minLength: 1,
  maxLength: 300,
  description: 'Path into the scenario, like cluster.pools[0].nodes or policies.scheduling.',
} as const;

const changes = {
  type: 'object',
  maxProperties: 100,
  default: {},
  additionalProperties: { type: PLAIN },
  description: 'Changes to the scenario, path to value, as after --set.',
} as const;

const axis = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path,
    values: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { type: PLAIN },
      description: 'The values, in the order of the report. Give either these or from and to.',
    },
    from: { type: ['number', 'string'], description: 'Least value: a number, or a duration like 1h.' },
    to: { type: ['number', 'string'], description: 'Greatest value.' },
    points: { type: 'integer', minimum: 2, maximum: 1000, description: 'Values from..to, evenly spaced. Left out: 5.' },
    scale: { type: 'string', enum: ['linear', 'log'], default: 'linear', description: 'How they are spaced.' },
    whole: { type: 'boolean', default: false, description: 'Values from..to are rounded to whole numbers.' },
  },
} as const;

/** A study: many runs of scenarios that differ in what its axes say. */
export const studySchema = {
  type: 'object',
  required: ['name', 'scenario'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Name of the study.' },
    description: { type: 'string', maxLength: 10_000, default: '', description: 'What it is about.' },
    scenario: {
      type: 'string',
      minLength: 1,
      maxLength: 1000,
      description: 'Scenario file that all points begin with, relative to the study file.',
    },
    set: changes,
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 2 ** 50,
      default: 1,
      description: 'Replication r (counted from 0) of every point runs with seed + r, so that points share their luck.',
    },
    confidence: {
      type: 'number',
      minimum: 0.5,
      maximum: 0.9999,
      default: 0.95,
      description: 'Level of all intervals.',
    },
    replications: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'How many runs each point gets.',
      properties: {
        atLeast: { type: 'integer', minimum: 1, maximum: 100_000, default: 10, description: 'Runs of every point.' },
        atMost: {
          type: 'integer',
          minimum: 1,
          maximum: 100_000,
          description: 'More runs are made up to here while the interval of `metric` is wider. Left out: atLeast.',
        },
        batchMeans: {
          type: 'boolean',
          default: false,
          description:
            'Every point gets one long run of a steady state, and intervals come from batches of it. atLeast is then 1; only means over time or over jobs have intervals.',
        },
        metric: {
          type: 'string',
          minLength: 1,
          maxLength: 300,
          description: 'Whose interval it is. Left out: the first.',
        },
        relativeHalfWidth: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 1,
          default: 0.05,
          description: 'Half the width of its interval as a share of the mean at which a point has runs enough.',
        },
      },
    },
    warmUp: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description:
        'For runs of a steady state: only jobs submitted after the warm-up count, and averages are taken from its end to the last submission. Left out, runs count from beginning to end.',
      properties: {
        method: {
          type: 'string',
          enum: ['none', 'fixed', 'mser-5'],
          default: 'none',
          description:
            'fixed: as long as `length` says. mser-5: found for each point in the jobs in system of five pilot runs, which share no luck with the others.',
        },
        length: { ...positiveDurationField, description: 'Of a fixed warm-up.' },
      },
    },
    metrics: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: { type: 'string', minLength: 1, maxLength: 300 },
      default: ['mean(wait)', 'p95(wait)', 'mean(completion)', 'utilisation'],
      description: 'What is measured, like p95(wait), P(wait > 6m), utilisation. "plimsoll metrics" lists them.',
    },
    design: {
      type: 'string',
      enum: ['product', 'list', 'latin-hypercube'],
      default: 'product',
      description:
        'product: every combination of the axes. list: the first values of all axes, then the second ones, ... latin-hypercube: `points` points that spread each axis evenly.',
    },
    points: { type: 'integer', minimum: 2, maximum: 100_000, description: 'Points of a Latin hypercube.' },
    axes: {
      type: 'object',
      maxProperties: 20,
      default: {},
      additionalProperties: axis,
      description: 'What differs from point to point, by name.',
    },
    exclude: {
      type: 'array',
      maxItems: 1000,
      default: [],
      items: { type: 'object', minProperties: 1, maxProperties: 20, additionalProperties: { type: PLAIN } },
      description: 'Points left out: those that have all these values, axis to value.',
    },
    scenarios: {
      type: 'object',
      maxProperties: 100,
      default: {},
      description: 'Named variants of the scenario; every point is run for each.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          extends: { ...nameField, description: 'Variant whose changes come first.' },
          set: changes,
        },
      },
    },
    plan: planSchema,
  },
} as const;

/** A study after defaults. Plain data. */
export type StudyData = FromSchema<typeof studySchema>;
export type AxisData = StudyData['axes'][string];
export type PlanData = NonNullable<StudyData['plan']>;

import type { JSONSchema } from 'json-schema-to-ts';
import { durationField, positiveDurationField } from './quantity-fields.ts';

const weights = {
  type: 'array',
  minItems: 1,
  maxItems: 10_000,
  items: { type: 'number', minimum: 0, maximum: 1e12 },
  description: 'One weight a value; left out, all weigh alike.',
} as const;

const shape = { type: 'number', exclusiveMinimum: 0, maximum: 1000, description: 'Shape, > 0.' } as const;

/** Schema of a distribution whose draws are `least` (>= 0) or `positive` (> 0) values; told apart by `kind`. */
function distributionOf<const Least extends JSONSchema, const Positive extends JSONSchema>(
  least: Least,
  positive: Positive,
) {
  return {
    type: 'object',
    discriminator: { propertyName: 'kind' },
    required: ['kind'],
    oneOf: [
      {
        title: 'deterministic',
        description: 'Always the same value.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'value'],
        properties: { kind: { const: 'deterministic' }, value: least },
      },
      {
        title: 'exponential',
        description: 'Exponential with this mean.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'mean'],
        properties: { kind: { const: 'exponential' }, mean: positive },
      },
      {
        title: 'uniform',
        description: 'Any value between min and max alike.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'min', 'max'],
        properties: { kind: { const: 'uniform' }, min: least, max: least },
      },
      {
        title: 'weibull',
        description: 'Weibull; a shape below 1 has a heavy tail.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'shape', 'scale'],
        properties: { kind: { const: 'weibull' }, shape, scale: positive },
      },
      {
        title: 'gamma',
        description: 'Gamma; mean = shape · scale.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'shape', 'scale'],
        properties: { kind: { const: 'gamma' }, shape, scale: positive },
      },
      {
        title: 'lognormal',
        description: 'Lognormal, by median and sigma (of the logarithm) or by mean and scv (variance / mean²).',
        type: 'object',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          kind: { const: 'lognormal' },
          median: positive,
          sigma: { type: 'number', minimum: 0, maximum: 10 },
          mean: positive,
          scv: { type: 'number', minimum: 0, maximum: 1e6 },
        },
      },
      {
        title: 'pareto',
        description: 'Pareto; scale is the least value, shape <= 1 has no mean.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'shape', 'scale'],
        properties: { kind: { const: 'pareto' }, shape, scale: positive },
      },
      {
        title: 'hyperexponential',
        description: 'A mixture of exponentials; the probabilities sum to 1.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'branches'],
        properties: {
          kind: { const: 'hyperexponential' },
          branches: {
            type: 'array',
            minItems: 1,
            maxItems: 100,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['probability', 'mean'],
              properties: { probability: { type: 'number', minimum: 0, maximum: 1 }, mean: positive },
            },
          },
        },
      },
      {
        title: 'empirical',
        description: 'One of the listed values.',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'values'],
        properties: {
          kind: { const: 'empirical' },
          values: { type: 'array', minItems: 1, maxItems: 10_000, items: least },
          weights,
        },
      },
      {
        title: 'geometric',
        description: 'Whole numbers 1, 2, 3, … with this mean (>= 1).',
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'mean'],
        properties: { kind: { const: 'geometric' }, mean: positive },
      },
    ],
  } as const;
}

/** A field that is a duration, or a distribution of durations: told apart by whether it is a group of keys. */
export function durationOrDistribution<const Field extends JSONSchema>(field: Field, description: string) {
  return {
    type: ['string', 'number', 'object'],
    description,
    if: { type: ['string', 'number'] },
    then: field,
    else: durationDistribution,
  } as const;
}

/** A distribution of durations: parameters that are times are written like times. */
export const durationDistribution = distributionOf(durationField, positiveDurationField);

/** The same for times to fault: rare ones are centuries apart. */
export const lifetimeDistribution = distributionOf(
  { ...durationField, 'x-most': '280y' },
  { ...positiveDurationField, 'x-most': '280y' },
);

/** A distribution of plain numbers: factors, counts. */
export const numberDistribution = distributionOf(
  { type: 'number', minimum: 0, maximum: 1e9 },
  { type: 'number', exclusiveMinimum: 0, maximum: 1e9 },
);

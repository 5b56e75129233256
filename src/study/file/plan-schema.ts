const path = { type: 'string', minLength: 1, maxLength: 300 } as const;
const end = { type: ['number', 'string'] } as const;

const variable = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path: { ...path, description: 'What may be chosen: a path into the scenario, like cluster.pools[0].nodes.' },
    values: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { type: ['string', 'number', 'boolean', 'array', 'object'] },
      description: 'The values to choose from. Give either these or from and to.',
    },
    from: { ...end, description: 'Least value: a number, or a duration like 1h.' },
    to: { ...end, description: 'Greatest value.' },
    step: { ...end, description: 'Distance of the values from..to. Left out: 1 for numbers.' },
    points: { type: 'integer', minimum: 2, maximum: 1000, description: 'So many values from..to, instead of a step.' },
    scale: { type: 'string', enum: ['linear', 'log'], default: 'linear', description: 'How `points` are spaced.' },
    monotone: {
      type: 'string',
      enum: ['more-is-better', 'less-is-better', 'none'],
      description:
        'Whether more of it can only help the targets, so that its least value that meets them is found by halving. ' +
        'Left out: more-is-better for from and to, none for values.',
    },
  },
} as const;

/** `plan` of a study: what may be chosen, what must be met, and what is to be as small as can be. */
export const planSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['variables', 'objective'],
  description:
    'The question that `plimsoll plan` answers: the cheapest choice of the variables that meets the targets.',
  properties: {
    variables: {
      type: 'object',
      maxProperties: 8,
      additionalProperties: variable,
      description: 'What may be chosen, by name.',
    },
    targets: {
      type: 'array',
      maxItems: 20,
      default: [],
      items: { type: 'string', minLength: 1, maxLength: 400 },
      description:
        'What must hold, like p95(wait) <= 1h @ 95%, availability >= 99.9% or finish(job=llm) <= 2026-12-01. The share ' +
        'behind @ is the confidence with which the mean over replications must be on the right side; left out: `confidence`.',
    },
    objective: {
      type: 'string',
      minLength: 1,
      maxLength: 300,
      description:
        'What is to be small: nodes, gpus, gpu-hours (provided in a year), cost (of an hour, from the prices of the ' +
        'pools), or a metric, which is made as good as can be.',
    },
    tolerance: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'How far beyond its bound a target may be without it mattering, as a share of the bound (for shares that must be ' +
        'large: of what is missing to 1). 0 asks for proof that the bound itself is kept, which may take very many runs.',
    },
    indifference: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.01,
      description: 'Where the objective is a metric: relative differences below this do not matter.',
    },
    budget: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
      default: 10_000,
      description:
        'Runs at most for the search; when they are used up the best plan found so far is given, and said so.',
    },
    headroom: {
      type: 'boolean',
      default: true,
      description: 'Whether to find out how much more load the plan bears.',
    },
    load: {
      type: 'array',
      maxItems: 100,
      items: path,
      description:
        'Numbers of the scenario that grow with the load. Left out: ratePerHour of all synthetic arrivals, resample.scale of ' +
        'traces that are drawn from and speed of the others.',
    },
    growth: {
      type: 'object',
      additionalProperties: false,
      required: ['perQuarter'],
      description: 'How the load grows: what is needed when, and when it is to be ordered.',
      properties: {
        perQuarter: { type: 'number', minimum: -0.9, maximum: 10, description: 'Growth a quarter, as a share: 0.1.' },
        quarters: {
          type: 'integer',
          minimum: 1,
          maximum: 40,
          default: 4,
          description: 'How many quarters to look ahead.',
        },
        from: {
          type: 'string',
          'x-instant': true,
          description: "Date of today's load. Left out: the scenario's start.",
        },
        leadTime: {
          type: ['string', 'number'],
          'x-quantity': 'duration',
          'x-least': '0s',
          'x-most': '100y',
          default: '0s',
          description: 'From order to use.',
        },
      },
    },
    uncertain: {
      type: 'array',
      maxItems: 50,
      default: [],
      description: 'Inputs that are not known well: what the plan would be at either end of their ranges.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['path', 'low', 'high'],
        properties: {
          path: { ...path, description: 'Path into the scenario.' },
          low: { type: ['number', 'string', 'boolean'], description: 'Its value at one end.' },
          high: { type: ['number', 'string', 'boolean'], description: 'Its value at the other end.' },
        },
      },
    },
  },
} as const;

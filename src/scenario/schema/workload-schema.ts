import { dataMix } from './data-schema.ts';
import { durationDistribution, numberDistribution } from './distribution-schema.ts';
import {
  durationField,
  gpuTypeField,
  memoryField,
  nameField,
  positiveDurationField,
  priorityField,
} from './quantity-fields.ts';

export const JOBS_MAX = 10_000_000;

const gpusField = { type: 'number', minimum: 0, maximum: 1_000_000 } as const;
const gpuTypes = {
  type: 'array',
  maxItems: 32,
  items: gpuTypeField,
  description: 'GPU types that are allowed; left out, all are.',
} as const;

const jobClassField = { ...nameField, description: 'One of workload.jobClasses. Left out: an ordinary job.' } as const;

const jobClass = {
  type: 'object',
  description: 'How fast jobs of a kind run on which GPUs. Running times are stated for speed 1.',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Unique among the classes.' },
    speed: {
      type: 'object',
      maxProperties: 32,
      additionalProperties: { type: 'number', minimum: 0, maximum: 1e6 },
      description:
        'Speed on each GPU type of the cluster: 1 on the type that running times are stated for, 0 where it cannot ' +
        'run. Left out: 1 on every type.',
    },
    stepsPerSecond: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1e6,
      description:
        'Training steps a second at speed 1, for policies that interrupt a job between steps. Left out: its work is ' +
        'not counted in steps.',
    },
    speedUp: {
      type: 'object',
      required: ['gpus', 'speed'],
      additionalProperties: false,
      description:
        'Speed by number of GPUs, for elastic jobs: straight lines from (0, 0) through the points, level after the ' +
        'last; only ratios count. Left out: twice the GPUs, twice the speed.',
      properties: {
        gpus: {
          type: 'array',
          minItems: 1,
          maxItems: 1000,
          items: { type: 'integer', minimum: 1, maximum: 1_000_000 },
          description: 'Numbers of GPUs, ascending.',
        },
        speed: {
          type: 'array',
          minItems: 1,
          maxItems: 1000,
          items: { type: 'number', exclusiveMinimum: 0, maximum: 1e9 },
          description: 'Speed with each, in any unit.',
        },
      },
    },
  },
} as const;

/** What every trace may say beside the options of its format. */
export const traceFields = {
  name: { ...nameField, description: 'Put before its job ids ("name/id"), so that two traces may share ids.' },
  file: {
    type: 'string',
    minLength: 1,
    maxLength: 4096,
    description: 'Path, relative to the scenario file; plain or gzip.',
  },
  largerThanCluster: {
    type: 'string',
    enum: ['error', 'drop'],
    default: 'error',
    description: 'What becomes of jobs that would not fit the empty cluster: the run is refused, or they are dropped.',
  },
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: JOBS_MAX,
    description: 'Take only so many jobs, the first by submission.',
  },
  speed: {
    type: 'number',
    minimum: 0.001,
    maximum: 1000,
    default: 1,
    description: 'Arrivals come this many times faster; running times stay.',
  },
  resample: {
    type: 'object',
    required: ['block'],
    additionalProperties: false,
    description:
      'Other demand of the same shape, another with each seed: blocks of the trace drawn with replacement. Left out: the ' +
      'trace as it is, with every seed.',
    properties: {
      block: {
        ...positiveDurationField,
        description:
          'Length of the blocks: 1d keeps what belongs to hours of the day, 7d what belongs to days of the week too.',
      },
      length: {
        ...positiveDurationField,
        description: 'How much to make. Left out: as many whole blocks as the trace has.',
      },
      scale: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 1000,
        default: 1,
        description: 'Demand as a multiple of the trace: so many drawn blocks lie over each other.',
      },
    },
  },
} as const;

const trace = {
  type: 'object',
  required: ['format', 'file'],
  properties: { ...traceFields, format: { type: 'string' } },
} as const;

const tenant = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Unique among these tenants.' },
    weight: { type: 'number', minimum: 0, maximum: 1e9, default: 1, description: 'Share of the jobs, by weight.' },
    priority: { ...priorityField, description: "Priority of its jobs. Left out: the workload's own." },
  },
} as const;

const arrivals = {
  type: 'object',
  description: 'When jobs come.',
  required: ['ratePerHour'],
  additionalProperties: false,
  properties: {
    ratePerHour: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1e9,
      description: 'Mean arrivals an hour, over whole weeks: a Poisson process.',
    },
    hourOfDay: {
      type: 'array',
      minItems: 24,
      maxItems: 24,
      items: { type: 'number', minimum: 0, maximum: 1e6 },
      description: 'Weights of the hours 0–23 UTC, relative to each other.',
    },
    dayOfWeek: {
      type: 'array',
      minItems: 7,
      maxItems: 7,
      items: { type: 'number', minimum: 0, maximum: 1e6 },
      description: 'Weights of Monday to Sunday, relative to each other.',
    },
    batch: { ...numberDistribution, description: 'Jobs that come together at an arrival, rounded, at least one.' },
  },
} as const;

const synthetic = {
  type: 'object',
  description: 'Jobs drawn from distributions.',
  required: ['name', 'arrivals', 'gpus', 'run'],
  additionalProperties: false,
  properties: {
    name: { ...nameField, description: 'Prefix of its job ids and name of its random streams; unique.' },
    jobs: { type: 'integer', minimum: 1, maximum: JOBS_MAX, description: 'Stop after so many jobs.' },
    duration: { ...positiveDurationField, description: 'Stop after this long. One of jobs and duration is needed.' },
    begin: { ...durationField, default: '0s', description: 'First arrivals from here on.' },
    arrivals,
    gpus: {
      type: 'object',
      description: 'Sizes of the jobs.',
      required: ['values'],
      additionalProperties: false,
      properties: {
        values: {
          type: 'array',
          minItems: 1,
          maxItems: 10_000,
          items: gpusField,
          description: 'GPUs; below 1 a share of a GPU.',
        },
        weights: {
          type: 'array',
          minItems: 1,
          maxItems: 10_000,
          items: { type: 'number', minimum: 0, maximum: 1e12 },
          description: 'One weight a value; left out, all weigh alike.',
        },
      },
    },
    run: { ...durationDistribution, description: 'Running times.' },
    runByGpus: {
      type: 'array',
      maxItems: 100,
      description: 'Other running times for larger jobs.',
      items: {
        type: 'object',
        required: ['gpusMin', 'run'],
        additionalProperties: false,
        properties: {
          gpusMin: { ...gpusField, description: 'From this size on.' },
          run: { ...durationDistribution, description: 'Their running times.' },
        },
      },
    },
    requestedFactor: {
      ...numberDistribution,
      description: 'Requested time = run × max(1, factor). Left out: users request nothing.',
    },
    cpusPerGpu: {
      type: 'number',
      minimum: 0,
      maximum: 100_000,
      description: 'CPU cores that a job asks for with each GPU. Left out: none.',
    },
    memoryPerGpu: { ...memoryField, description: 'Memory that a job asks for with each GPU. Left out: none.' },
    deadlineFactor: {
      ...numberDistribution,
      description: 'Deadline = submission + factor × run; below 1 nobody can keep it. Left out: jobs have no deadline.',
    },
    elastic: {
      type: 'object',
      required: ['gpusMinFactor', 'gpusMaxFactor'],
      additionalProperties: false,
      description: 'Jobs of whole GPUs can run with fewer and more than they ask for. Left out: with no others.',
      properties: {
        gpusMinFactor: {
          type: 'number',
          minimum: 0,
          maximum: 1,
          description: 'Fewest GPUs, as a multiple of those asked for; rounded up, at least 1.',
        },
        gpusMaxFactor: {
          type: 'number',
          minimum: 1,
          maximum: 1000,
          description: 'Most GPUs, as a multiple of those asked for; rounded down.',
        },
      },
    },
    jobClasses: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      description: 'Mix of job classes. Left out: ordinary jobs.',
      items: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { ...nameField, description: 'One of workload.jobClasses.' },
          weight: {
            type: 'number',
            minimum: 0,
            maximum: 1e9,
            default: 1,
            description: 'Share of the jobs, by weight.',
          },
        },
      },
    },
    dataSets: dataMix,
    gpuTypes,
    tenants: { type: 'array', minItems: 1, maxItems: 10_000, items: tenant, description: 'Whose jobs they are.' },
    priority: { ...priorityField, default: 0, description: 'Larger is more important.' },
  },
} as const;

const job = {
  type: 'object',
  required: ['id', 'gpus', 'submit', 'run'],
  additionalProperties: false,
  properties: {
    id: { ...nameField, description: 'Unique.' },
    name: { type: 'string', maxLength: 1000, description: 'Free text.' },
    gpus: { ...gpusField, description: 'GPUs; below 1 a share of a GPU.' },
    submit: { ...durationField, description: 'When it arrives, since the start.' },
    run: { ...durationField, description: 'How long it runs, at speed 1.' },
    requested: { ...durationField, description: 'Time that its user asked for.' },
    tenant: { ...nameField, description: 'Whose job it is.' },
    priority: { ...priorityField, default: 0, description: 'Larger is more important.' },
    gpuTypes,
    jobClass: jobClassField,
    dataSet: { ...nameField, description: 'The data set that it reads when it starts. Left out: none.' },
    gpusMin: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Fewest GPUs that it can run with. Left out: as many as it asks for.',
    },
    gpusMax: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'Most GPUs that it can make use of. Left out: as many as it asks for.',
    },
    deadline: { ...durationField, description: 'When it should have ended, since the start. Left out: it has none.' },
    cpus: { type: 'number', minimum: 0, maximum: 1e8, description: 'CPU cores of the whole gang.' },
    memory: { ...memoryField, 'x-most': '7PiB', description: 'Memory of the whole gang.' },
  },
} as const;

export const workloadSchema = {
  type: 'object',
  description: 'What is to be run. Traces, synthetic workloads and single jobs may be mixed.',
  additionalProperties: false,
  properties: {
    jobClasses: {
      type: 'array',
      maxItems: 1000,
      items: jobClass,
      default: [],
      description: 'Kinds of jobs that differ in speed by GPU type and by number of GPUs.',
    },
    traces: { type: 'array', maxItems: 100, items: trace, default: [], description: 'Jobs from files.' },
    synthetic: {
      type: 'array',
      maxItems: 1000,
      items: synthetic,
      default: [],
      description: 'Jobs from distributions.',
    },
    jobs: { type: 'array', maxItems: 100_000, items: job, default: [], description: 'Jobs one by one.' },
  },
} as const;

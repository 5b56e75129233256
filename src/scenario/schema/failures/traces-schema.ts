import { durationField, nameField } from '../quantity-fields.ts';
import { detectionField } from './fault-fields.ts';
import { noticeField } from './reclaim-schema.ts';

/** What every failure trace may say beside the options of its format. */
export const failureTraceFields = {
  name: { ...nameField, description: 'Unique among components, outages and traces.' },
  file: {
    type: 'string',
    minLength: 1,
    maxLength: 4096,
    description: 'Path, relative to the scenario file; plain or gzip.',
  },
  pool: {
    ...nameField,
    description: 'Pool on whose nodes the nodes of the trace are put, in their order. Left out: all nodes.',
  },
  firstNode: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: 'Node of the pool, or of the cluster, that is the first node of the trace; counted from 0.',
  },
  only: {
    type: 'array',
    minItems: 1,
    maxItems: 100_000,
    items: nameField,
    description: "The trace's nodes that are used, by name and in this order. Left out: all, in the trace's own order.",
  },
  start: {
    type: 'string',
    'x-instant': true,
    description: 'Date in the trace that is instant 0 of the run, for traces with dates. Left out: its beginning.',
  },
  skip: {
    ...durationField,
    default: '0s',
    description: 'How much of the trace is passed over at its beginning.',
  },
  detection: detectionField,
  notice: noticeField,
} as const;

/** `failures.traces:` Formats are open here: the complete schema puts in what the registry knows. */
export const failureTracesSchema = {
  type: 'array',
  maxItems: 100,
  default: [],
  description:
    'Faults of nodes as somebody recorded them. Their repairs take no technicians: they took what they took.',
  items: {
    type: 'object',
    required: ['name', 'format', 'file'],
    properties: { ...failureTraceFields, format: { type: 'string' } },
  },
} as const;

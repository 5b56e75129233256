import { durationField, nameField, positiveDurationField } from '../quantity-fields.ts';
import { destroysDataField, detectionField, outageScopeField } from './fault-fields.ts';

/** `failures.outages` of a scenario. */
export const outagesSchema = {
  type: 'array',
  maxItems: 10_000,
  default: [],
  description: 'Faults at instants that are known beforehand, once or again and again.',
  items: {
    type: 'object',
    required: ['name', 'at', 'for'],
    additionalProperties: false,
    properties: {
      name: { ...nameField, description: 'Unique among outages and components.' },
      scope: outageScopeField,
      domain: {
        type: 'integer',
        minimum: 0,
        maximum: 1_000_000,
        default: 0,
        description: 'Which node, or domain of the scope, counted from 0 through the pools.',
      },
      at: { ...durationField, description: 'Instant of the first fault, since the start of the run.' },
      for: { ...durationField, description: 'How long it lasts.' },
      every: { ...positiveDurationField, description: 'Distance from one to the next; left out: it happens once.' },
      detection: detectionField,
      destroysData: destroysDataField,
    },
  },
} as const;

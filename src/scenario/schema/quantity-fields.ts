/** A field that holds a quantity. `x-quantity` names its kind; ajv checks the type, `completeDocument` the rest. */
export const durationField = {
  type: ['string', 'number'],
  'x-quantity': 'duration',
  'x-least': '0s',
  'x-most': '100y',
} as const;

export const positiveDurationField = { ...durationField, 'x-least': '1us' } as const;

export const memoryField = { type: 'string', 'x-quantity': 'size', 'x-least': '0B', 'x-most': '1PiB' } as const;

export const bandwidthField = {
  type: 'string',
  'x-quantity': 'rate',
  'x-least': '1kbps',
  'x-most': '1000TB/s',
} as const;

export const nameField = { type: 'string', minLength: 1, maxLength: 200 } as const;

export const gpuTypeField = { type: 'string', minLength: 1, maxLength: 100 } as const;

export const priorityField = { type: 'integer', minimum: -1_000_000, maximum: 1_000_000 } as const;

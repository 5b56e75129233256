import type { ParameterSchema, ParameterValues, PolicyDefinition } from '../../sim/contract/definition.ts';
import { duration } from '../quantities/duration.ts';
import { amount, formatQuantity } from '../quantities/quantity.ts';
import { size } from '../quantities/size.ts';
import type { QuantityKind } from '../quantities/quantity.ts';
import { durationField, memoryField } from './quantity-fields.ts';

/** A policy's parameter as a part of the scenario's schema. */
export function parameterNode(schema: ParameterSchema): Readonly<Record<string, unknown>> {
  switch (schema.type) {
    case 'duration':
      return {
        ...durationField,
        'x-least': formatQuantity(duration, schema.minimum ?? 0),
        ...(schema.maximum === undefined ? {} : { 'x-most': formatQuantity(duration, schema.maximum) }),
        default: formatQuantity(duration, schema.default),
        description: schema.description,
      };
    case 'size':
      return {
        ...memoryField,
        'x-least': formatQuantity(size, schema.minimum ?? 0),
        ...(schema.maximum === undefined ? {} : { 'x-most': formatQuantity(size, schema.maximum) }),
        default: formatQuantity(size, schema.default),
        description: schema.description,
      };
    case 'numbers': {
      const { minimum, maximum, description } = schema;
      const items = {
        type: 'number',
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
      return { type: 'array', maxItems: 1000, items, default: schema.default, description };
    }
    case 'boolean':
    case 'integer':
    case 'number':
    case 'string':
      return schema;
    default:
      return schema satisfies never;
  }
}

/** Parameters of a settled scenario as policies get them: durations in us, sizes in bytes. */
export function parameterValues(definition: PolicyDefinition<unknown>, written: ParameterValues): ParameterValues {
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => {
      const kind = quantityOf[definition.parameters[key]?.type ?? ''];
      return [key, kind === undefined ? value : amount(kind, value as string | number)];
    }),
  );
}

const quantityOf: Readonly<Record<string, QuantityKind>> = { duration, size };

/** The default as one would write it in a scenario. */
export function writtenDefault(schema: ParameterSchema): string {
  if (schema.type === 'duration') return formatQuantity(duration, schema.default);
  if (schema.type === 'size') return formatQuantity(size, schema.default);
  return schema.type === 'numbers' ? `[${schema.default.join(', ')}]` : String(schema.default);
}

/** What values it may take, in words. */
export function writtenRange(schema: ParameterSchema): string {
  switch (schema.type) {
    case 'boolean':
      return 'true | false';
    case 'string':
      return schema.enum.join(' | ');
    case 'duration':
      return between('duration', formatQuantity(duration, schema.minimum ?? 0), maximumText(duration, schema.maximum));
    case 'size':
      return between('size', formatQuantity(size, schema.minimum ?? 0), maximumText(size, schema.maximum));
    case 'integer':
      return between('whole number', schema.minimum, schema.maximum);
    case 'number':
      return between('number', schema.minimum, schema.maximum);
    case 'numbers':
      return between('list of numbers, each', schema.minimum, schema.maximum);
    default:
      return schema satisfies never;
  }
}

function maximumText(kind: QuantityKind, most: number | undefined): string | undefined {
  return most === undefined ? undefined : formatQuantity(kind, most);
}

function between(kind: string, from: number | string | undefined, to: number | string | undefined): string {
  const lower = from === undefined ? '' : ` >= ${from}`;
  const upper = to === undefined ? '' : ` <= ${to}`;
  return `${kind}${lower}${lower !== '' && upper !== '' ? ',' : ''}${upper}`;
}

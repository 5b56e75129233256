import { duration } from './duration.ts';
import { rate } from './rate.ts';
import { size } from './size.ts';
import type { QuantityKind } from './quantity.ts';

/** Every kind of quantity, by the name that the schema's `x-quantity` uses. */
export const quantityKinds: Readonly<Record<string, QuantityKind>> = { duration, size, rate };

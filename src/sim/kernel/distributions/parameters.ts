/** RangeError that says which distribution, which parameter, what it is and the mend. */
export function parameterError(kind: string, parameter: string, value: unknown, mend: string): RangeError {
  return new RangeError(`distribution ${kind}: ${parameter} is ${describe(value)}; give ${mend}`);
}

export function requirePositive(kind: string, parameter: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) throw parameterError(kind, parameter, value, 'a finite number > 0');
}

export function requireNonNegative(kind: string, parameter: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) throw parameterError(kind, parameter, value, 'a finite number >= 0');
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');
}

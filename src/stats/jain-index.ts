/**
 * Jain's fairness index (sum x)² / (n · sum x²) of values >= 0: 1 if all are alike, 1/n if one has everything. null for
 * no values; 1 if all are 0. Source: Jain, Chiu and Hawe, DEC-TR-301, 1984.
 */
export function jainIndex(values: Float64Array): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

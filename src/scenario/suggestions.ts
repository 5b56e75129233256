/** Longer is no mistyped name, and comparing it letter by letter would take long. */
const WRITTEN_MAX = 60;

/** Names listed at most. */
const LISTED_MAX = 40;

/**
 * The known name nearest to what was written: at most a third of its letters mistyped, or the first that contains it or
 * that it contains. Undefined if none is near.
 */
function nearestName(written: string, known: readonly string[]): string | undefined {
  const near = nearestNames(written, known, 1)[0];
  if (near !== undefined || written.length < 3 || written.length > WRITTEN_MAX) return near;
  const lower = written.toLowerCase();
  return known.find((name) => {
    const other = name.toLowerCase();
    return other.includes(lower) || (other.length >= 3 && lower.includes(other));
  });
}

/** The known names nearest to what was written, nearest first, ties in their own order; only those that are near. */
export function nearestNames(written: string, known: readonly string[], most: number): string[] {
  if (written.length > WRITTEN_MAX) return [];
  const distanceMax = Math.ceil(written.length / 3);
  const lower = written.toLowerCase();
  return known
    .filter((name) => Math.abs(name.length - written.length) <= distanceMax)
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= distanceMax)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/**
 * 'did you mean "fifo"? known: easy-backfill, fifo', the first part only where one is near. Of many names only the first
 * are listed; `listAll` says what lists all of them.
 */
export function suggestion(written: unknown, known: readonly string[], listAll?: string): string {
  const nearest = typeof written === 'string' ? nearestName(written, known) : undefined;
  const more = known.length - LISTED_MAX;
  const rest = more > 0 ? `, and ${more} more${listAll === undefined ? '' : `: ${listAll} lists them all`}` : '';
  const listed = `${known.slice(0, LISTED_MAX).join(', ')}${rest}`;
  return `${nearest === undefined ? '' : `did you mean "${nearest}"? `}known: ${listed === '' ? '(none)' : listed}`;
}

/** Letters to insert, delete, replace or swap with a neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

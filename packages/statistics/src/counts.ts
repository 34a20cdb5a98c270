/** Whole numbers by name or bin. Only what is not zero is present, so that equal counts are equal objects. */
export type Counts = Record<string, number>;

/** Adds to one count; a count that comes to zero is gone. */
export function addCount(counts: Counts, name: string | number, count: number): void {
  const sum = (counts[name] ?? 0) + count;
  if (sum !== 0) counts[name] = sum;
  else if (name in counts) delete counts[name];
}

/** Adds the second to the first. */
export function addCounts(into: Counts, more: Counts): void {
  for (const [name, count] of Object.entries(more)) addCount(into, name, count);
}

import { InvalidArgumentError } from 'commander';

/** Next offset by partition. */
export type Positions = ReadonlyMap<number, number>;

const PART = /^(\d{1,9}):(\d{1,15})$/;

/** Reads `0:120,1:98`. @throws InvalidArgumentError saying what is expected */
export function positionsFrom(text: string): Positions {
  const parts = text.split(',').map((part) => PART.exec(part.trim()));
  const positions = new Map(parts.flatMap((part) => (part === null ? [] : [[Number(part[1]), Number(part[2])]])));
  if (positions.size === parts.length) return positions;
  throw new InvalidArgumentError(
    `Got ${JSON.stringify(text)}, expected <partition>:<offset> for each partition once, such as 0:120,1:98.`,
  );
}

/** The same as text. */
export function positionsText(positions: Positions): string {
  return [...positions]
    .toSorted(([one], [other]) => one - other)
    .map(([partition, offset]) => `${partition}:${offset}`)
    .join(',');
}

/** Records between two positions, by their offsets. */
export function recordsBetween(from: Positions, to: Positions): number {
  return [...from].reduce((sum, [partition, offset]) => sum + Math.max((to.get(partition) ?? offset) - offset, 0), 0);
}

import * as fc from 'fast-check';
import { bisect } from './bisect.js';

class RowError extends Error {}

/** A storage that takes a list only when no row of it is bad, and remembers what it was asked and what it took. */
function storage(bad: ReadonlySet<number>): {
  attempts: number[][];
  attempt: (rows: readonly number[]) => Promise<readonly number[]>;
  isRowError: (error: unknown) => boolean;
} {
  const attempts: number[][] = [];
  return {
    attempts,
    attempt: (rows) => {
      attempts.push([...rows]);
      return rows.some((row) => bad.has(row)) ? Promise.reject(new RowError('bad row')) : Promise.resolve(rows);
    },
    isRowError: (error) => error instanceof RowError,
  };
}

describe('bisect', () => {
  it('stores good rows in one attempt', async () => {
    const steps = storage(new Set());
    await expect(bisect([1, 2, 3], steps)).resolves.toEqual({ results: [[1, 2, 3]], refused: [] });
    expect(steps.attempts).toHaveLength(1);
  });

  it('attempts nothing for no rows', async () => {
    const steps = storage(new Set());
    await expect(bisect([], steps)).resolves.toEqual({ results: [], refused: [] });
    expect(steps.attempts).toHaveLength(0);
  });

  it('finds exactly the bad rows and keeps the order of the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(300), { maxLength: 60 }),
        fc.uniqueArray(fc.nat(300)),
        async (rows, bad) => {
          const { results, refused } = await bisect(rows, storage(new Set(bad)));
          expect(results.flat()).toEqual(rows.filter((row) => !bad.includes(row)));
          expect(refused.map(({ row }) => row)).toEqual(rows.filter((row) => bad.includes(row)));
        },
      ),
    );
  });

  it('needs few attempts for one bad row among a thousand', async () => {
    const steps = storage(new Set([617]));
    await bisect(
      Array.from({ length: 1000 }, (_, row) => row),
      steps,
    );
    expect(steps.attempts.length).toBeLessThanOrEqual(21);
  });

  it('throws an error that is not the fault of a row at once', async () => {
    const steps = { ...storage(new Set([1])), isRowError: () => false };
    await expect(bisect([0, 1, 2], steps)).rejects.toThrow(RowError);
    expect(steps.attempts).toHaveLength(1);
  });
});

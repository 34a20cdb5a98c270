/** A row that the storage refuses even alone, with the error that it gave. */
export interface RefusedRow<Row> {
  readonly row: Row;
  readonly error: unknown;
}

export interface BisectSteps<Row, Result> {
  /** Stores all of these rows or, when it rejects, none of them. */
  readonly attempt: (rows: readonly Row[]) => Promise<Result>;
  /** True where a row is at fault; any other error ends the search and is thrown on. */
  readonly isRowError: (error: unknown) => boolean;
}

/**
 * Stores rows in as few attempts as it can and finds those that are refused even alone: a part that fails is tried as two
 * halves. The order of the rows is kept. k refused rows among n cost about 2 k log2(n) attempts.
 */
export async function bisect<Row, Result>(
  rows: readonly Row[],
  steps: BisectSteps<Row, Result>,
): Promise<{ results: Result[]; refused: RefusedRow<Row>[] }> {
  if (rows.length === 0) return { results: [], refused: [] };
  try {
    return { results: [await steps.attempt(rows)], refused: [] };
  } catch (error) {
    if (!steps.isRowError(error)) throw error;
    const [row] = rows;
    if (rows.length === 1 && row !== undefined) return { results: [], refused: [{ row, error }] };
  }
  const middle = rows.length >> 1;
  const left = await bisect(rows.slice(0, middle), steps);
  const right = await bisect(rows.slice(middle), steps);
  return { results: [...left.results, ...right.results], refused: [...left.refused, ...right.refused] };
}

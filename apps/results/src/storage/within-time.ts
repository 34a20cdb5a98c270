import { ProblemError } from '@pitwall/runtime';

/** PostgreSQL has cancelled the statement: it took longer than any may. */
const CANCELLED = '57014';
const MAX_CAUSES = 5;

/**
 * Asks for something about many rows. Throws a {@link ProblemError} 422 that says how to ask for less where that takes longer
 * than a statement may; any other error comes as it is.
 */
export async function withinTime<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const problem = new ProblemError(
      422,
      'So many dead letters cannot be looked at in one go; nothing was done. Choose fewer by reason, group or time.',
    );
    problem.cause = error;
    throw problem;
  }
}

function isCancelled(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth <= MAX_CAUSES && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === CANCELLED) return true;
    current = current.cause;
  }
  return false;
}

import { PitwallError } from '@pitwall/contracts';
import { rowOf } from '../inputs/batch-builder.js';
import type { InputBatch, Scores } from '../model-child/protocol.js';
import type { FailureBreaker } from './failure-breaker.js';
import type { BatchAnswer } from './model-pool.js';

/** Why one row has no score. */
export interface RowFailure {
  readonly reason: 'model_row_failed' | 'score_invalid';
  readonly message: string;
  /** The child died of the row, or of something else while it ran it: another time it may be scored. */
  readonly mayWorkLater: boolean;
}

/** One score per row, in the order of the rows; not a number where the row is in `failures`. */
export interface BatchScores {
  readonly scores: Scores;
  readonly failures: ReadonlyMap<number, RowFailure>;
  readonly elapsedMs: number;
}

export interface RowIsolationOptions {
  readonly score: (batch: InputBatch) => Promise<BatchAnswer>;
  readonly breaker: Pick<FailureBreaker, 'isOpen' | 'record' | 'reset'>;
  /** Called between the rows that are tried alone: the sign of life towards the consumer group. */
  readonly onStep: () => Promise<void>;
}

/**
 * Scores a batch. If it fails as a whole, each row is tried alone, so that the rows that break it fail alone and all others get
 * their scores. Row by row and not by halves: a batch that fails may cost a whole time budget and a new child, and every level
 * of halves would cost that once more, while a row that is fine costs 0.1 ms.
 *
 * Throws `model_failing` (retriable) when so many rows fail that it must be the model and not the rows; see
 * {@link FailureBreaker}.
 */
export async function scoreRows(batch: InputBatch, options: RowIsolationOptions): Promise<BatchScores> {
  const answer = await options.score(batch);
  if (answer.kind === 'scores') return checked(answer, options.breaker);
  if (options.breaker.isOpen) await probe(batch, options);
  else if (batch.rows === 1) return aloneAlready(answer, options.breaker);
  return scoreOneByOne(batch, options);
}

function checked(
  answer: Extract<BatchAnswer, { kind: 'scores' }>,
  breaker: RowIsolationOptions['breaker'],
): BatchScores {
  const { scores, elapsedMs } = answer;
  const failures = new Map<number, RowFailure>();
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] as number;
    // Written so that NaN is invalid.
    if (!(score >= 0 && score <= 1)) failures.set(row, invalid(score));
  }
  // Like a probe: rows that failed before say nothing any more, or a small batch could not close it.
  if (failures.size === 0 && breaker.isOpen) breaker.reset();
  breaker.record({ scored: scores.length - failures.size, failed: failures.size });
  if (breaker.isOpen) throw modelFailing(failures.values().next().value?.message ?? '');
  return { scores, failures, elapsedMs };
}

async function scoreOneByOne(batch: InputBatch, options: RowIsolationOptions): Promise<BatchScores> {
  const scores = new Float64Array(batch.rows).fill(Number.NaN);
  const failures = new Map<number, RowFailure>();
  let elapsedMs = 0;
  for (let row = 0; row < batch.rows; row += 1) {
    const alone = await options.score(rowOf(batch, row));
    if (alone.kind === 'failed') {
      failures.set(row, blamed(alone, options.breaker));
    } else {
      const { failures: invalidScore, ...scored } = checked(alone, options.breaker);
      scores[row] = scored.scores[0] as number;
      elapsedMs += scored.elapsedMs;
      for (const failure of invalidScore.values()) failures.set(row, failure);
    }
    await options.onStep();
  }
  return { scores, failures, elapsedMs };
}

type Failed = Extract<BatchAnswer, { kind: 'failed' }>;

/** A batch of one row has been tried alone by being tried. */
function aloneAlready(answer: Failed, breaker: RowIsolationOptions['breaker']): BatchScores {
  const failures = new Map([[0, blamed(answer, breaker)]]);
  return { scores: new Float64Array(1).fill(Number.NaN), failures, elapsedMs: 0 };
}

/** The row that failed alone, unless so many do that it must be the model. */
function blamed({ cause, message }: Failed, breaker: RowIsolationOptions['breaker']): RowFailure {
  const said = `The model fails on this row alone: ${message}.`;
  breaker.record({ scored: 0, failed: 1 });
  if (breaker.isOpen) throw modelFailing(said);
  return { reason: 'model_row_failed', message: said, mayWorkLater: cause === 'died' };
}

/** Asks a model that failed on most rows whether it is well again, by three rows of the batch. */
async function probe(batch: InputBatch, options: RowIsolationOptions): Promise<void> {
  let failure = '';
  for (const row of new Set([0, batch.rows >> 1, batch.rows - 1])) {
    const answer = await options.score(rowOf(batch, row));
    if (answer.kind === 'scores') {
      options.breaker.reset();
      return;
    }
    failure = answer.message;
    await options.onStep();
  }
  throw modelFailing(failure);
}

function invalid(score: number): RowFailure {
  return {
    reason: 'score_invalid',
    message: `The model answered the score ${score}, expected a number from 0 to 1.`,
    mayWorkLater: false,
  };
}

function modelFailing(last: string): PitwallError {
  return new PitwallError(
    `The model fails on most rows, so it is taken for broken and no row for poison; the batch comes again. Last: ${last}`,
    { code: 'model_failing', retriable: true },
  );
}

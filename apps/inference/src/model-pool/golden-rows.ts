import { PitwallError } from '@pitwall/contracts';
import type { ModelProcess } from './model-child.js';
import type { GoldenBatch } from './served-model.js';

const LISTED = 3;

/** Runs the golden rows. Throws `golden_rows_failed` unless every score is within the tolerance of the one that is known. */
export async function checkGoldenRows(child: ModelProcess, golden: GoldenBatch, budgetMs: number): Promise<void> {
  const answer = await child.infer(golden.input, budgetMs);
  if (answer.kind !== 'scores') {
    const why = answer.kind === 'not_run' ? 'the model child ended' : answer.message;
    throw new PitwallError(`The model cannot score its golden rows: ${why}`, { code: 'golden_rows_failed' });
  }
  const wrong = new Map<string, string>();
  for (const [at, row] of golden.rows.entries()) {
    const got = answer.scores[at] ?? Number.NaN;
    // Written so that NaN is wrong.
    if (!(Math.abs(got - row.score) <= golden.tolerance))
      wrong.set(row.id, `${row.id} got ${got}, expected ${row.score}`);
  }
  if (wrong.size === 0) return;
  const listed = [...wrong.values()].slice(0, LISTED).join('; ');
  throw new PitwallError(
    `${wrong.size} golden rows score otherwise than the manifest says (tolerance ${golden.tolerance}): ${listed}. ` +
      'The manifest belongs to another model, or this runtime computes otherwise.',
    { code: 'golden_rows_failed' },
  );
}

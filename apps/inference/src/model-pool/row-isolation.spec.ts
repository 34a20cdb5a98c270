import fc from 'fast-check';
import type { InputBatch } from '../model-child/protocol.js';
import { FailureBreaker } from './failure-breaker.js';
import type { BatchAnswer } from './model-pool.js';
import { scoreRows } from './row-isolation.js';

/** What the model does with a row. */
type Fate = 'scored' | 'error' | 'crash' | 'nan';

const POISON: Readonly<Record<Fate, number>> = { scored: 0, error: 1, crash: 2, nan: 3 };

/** Row i of a batch holds [id, poison]; the model answers id / 1000, and its fate befalls the batch that the row is in. */
function batchOf(fates: readonly Fate[], firstId = 0): InputBatch {
  const data = Float32Array.from(fates.flatMap((fate, at) => [firstId + at, POISON[fate]]));
  return { rows: fates.length, tensors: [{ name: 'x', type: 'float32', width: 2, data }] };
}

class FakeModel {
  readonly seen: number[][] = [];
  crashes = 0;

  score = (batch: InputBatch): Promise<BatchAnswer> => {
    const data = batch.tensors[0]?.data as Float32Array;
    const ids = Array.from({ length: batch.rows }, (_, row) => data[row * 2] ?? Number.NaN);
    const poisons = Array.from({ length: batch.rows }, (_, row) => data[row * 2 + 1] ?? Number.NaN);
    this.seen.push(ids);
    const worst = Math.max(...poisons.filter((poison) => poison !== POISON.nan));
    if (worst === POISON.crash) {
      this.crashes += 1;
      return Promise.resolve({ kind: 'failed', cause: 'died', message: 'signal SIGSEGV' });
    }
    if (worst === POISON.error) return Promise.resolve({ kind: 'failed', cause: 'error', message: 'bad index' });
    const scores = Float64Array.from(ids, (id, row) => (poisons[row] === POISON.nan ? Number.NaN : id / 1000));
    return Promise.resolve({ kind: 'scores', scores, elapsedMs: 1 });
  };
}

const scoreAll = (model: Pick<FakeModel, 'score'>, batch: InputBatch, breaker = new FailureBreaker()) =>
  scoreRows(batch, { score: model.score, breaker, onStep: () => Promise.resolve() });

const REASON: Readonly<Record<Fate, string | undefined>> = {
  scored: undefined,
  error: 'model_row_failed',
  crash: 'model_row_failed',
  nan: 'score_invalid',
};

describe('scoreRows', () => {
  it('runs a batch that is fine once', async () => {
    const model = new FakeModel();
    const { scores, failures } = await scoreAll(model, batchOf(['scored', 'scored', 'scored']));
    expect([...scores]).toEqual([0, 0.001, 0.002]);
    expect(failures.size).toBe(0);
    expect(model.seen).toEqual([[0, 1, 2]]);
  });

  it('gives every row its own score or its own failure, whatever fails wherever the batches are cut', async () => {
    // At most 19 of a batch fail, so that none of them is taken for a broken model.
    const fate = fc.constantFrom<Fate>('scored', 'scored', 'error', 'crash', 'nan');
    const rows = fc.array(fate, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(rows, fc.infiniteStream(fc.integer({ min: 1, max: 19 })), async (fates, cuts) => {
        const results: (number | string | undefined)[] = [];
        while (results.length < fates.length) {
          const cut = fates.slice(results.length, results.length + (cuts.next().value as number));
          const answer = await scoreAll(new FakeModel(), batchOf(cut, results.length));
          results.push(...cut.map((_, row) => answer.failures.get(row)?.reason ?? answer.scores[row]));
        }
        expect(results).toEqual(fates.map((one, id) => REASON[one] ?? id / 1000));
      }),
    );
  });

  it('leaves it to a later time whether a row is to be blamed for the end of a child', async () => {
    const model = new FakeModel();
    const { failures } = await scoreAll(model, batchOf(['scored', 'crash', 'error', 'nan']));
    expect([...failures].map(([row, { mayWorkLater }]) => [row, mayWorkLater])).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ]);
    expect(model.crashes).toBe(2);
  });

  it('runs a row that comes alone once', async () => {
    const model = new FakeModel();
    const { failures } = await scoreAll(model, batchOf(['crash']));
    expect(failures.get(0)).toMatchObject({ reason: 'model_row_failed', mayWorkLater: true });
    expect(model.crashes).toBe(1);
  });

  it('keeps a row that fails once by accident', async () => {
    const model = new FakeModel();
    let accidents = 1;
    const score = (batch: InputBatch): Promise<BatchAnswer> =>
      accidents-- > 0
        ? Promise.resolve({ kind: 'failed', cause: 'died', message: 'signal SIGKILL' })
        : model.score(batch);
    const { scores, failures } = await scoreAll({ score }, batchOf(['scored', 'scored']));
    expect(failures.size).toBe(0);
    expect([...scores]).toEqual([0, 0.001]);
  });

  it.each<Fate>(['error', 'crash', 'nan'])('blames the model, and no row, when all rows end as %s', async (fate) => {
    const rows = batchOf(Array.from({ length: 64 }, () => fate));
    await expect(scoreAll(new FakeModel(), rows)).rejects.toMatchObject({ code: 'model_failing', retriable: true });
  });

  it('asks a broken model by three rows only, until one of them is scored again', async () => {
    const breaker = new FailureBreaker();
    const rows = (fate: Fate): InputBatch => batchOf(Array.from({ length: 64 }, () => fate));
    await expect(scoreAll(new FakeModel(), rows('error'), breaker)).rejects.toMatchObject({ code: 'model_failing' });
    const stillBroken = new FakeModel();
    await expect(scoreAll(stillBroken, rows('error'), breaker)).rejects.toMatchObject({ code: 'model_failing' });
    expect(stillBroken.seen.slice(1)).toEqual([[0], [32], [63]]);
    const well = await scoreAll(new FakeModel(), rows('scored'), breaker);
    expect(well.failures.size).toBe(0);
    expect(breaker.isOpen).toBe(false);
  });

  it('takes a model for well again as soon as it scores a batch, however small', async () => {
    const breaker = new FailureBreaker();
    const broken = batchOf(Array.from({ length: 64 }, () => 'nan'));
    await expect(scoreAll(new FakeModel(), broken, breaker)).rejects.toMatchObject({ code: 'model_failing' });
    expect(await scoreAll(new FakeModel(), batchOf(['scored']), breaker)).toMatchObject({ failures: new Map() });
    expect(breaker.isOpen).toBe(false);
  });

  it('gives the sign of life between rows that are tried alone', async () => {
    let steps = 0;
    await scoreRows(batchOf(['scored', 'error', 'scored']), {
      score: new FakeModel().score,
      breaker: new FailureBreaker(),
      onStep: () => {
        steps += 1;
        return Promise.resolve();
      },
    });
    expect(steps).toBeGreaterThanOrEqual(3);
  });
});

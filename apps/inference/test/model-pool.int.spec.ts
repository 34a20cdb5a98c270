import { jest } from '@jest/globals';
import { FailureBreaker } from '../src/model-pool/failure-breaker.js';
import { ModelPool } from '../src/model-pool/model-pool.js';
import { type BatchScores, type RowFailure, scoreRows } from '../src/model-pool/row-isolation.js';
import type { ServedModel } from '../src/model-pool/served-model.js';
import { startServedModel } from '../src/model-pool/start-served-model.js';
import { LOAD_BUDGET_MS, TIME_BUDGET_MS, TRAP, trapBatch, trapModel } from './trap-model.js';

jest.setTimeout(240_000);

let pool: ModelPool;

async function aPool(model: ServedModel): Promise<ModelPool> {
  pool = new ModelPool({
    startChild: () => startServedModel(model, { loadBudgetMs: LOAD_BUDGET_MS }),
    size: 1,
    maxWaitMs: LOAD_BUDGET_MS,
    observer: { childStarted: () => undefined, childLost: () => undefined },
  });
  await pool.start();
  return pool;
}

afterEach(() => pool.close());

const scoreAll = (rows: readonly (readonly number[])[]): Promise<BatchScores> =>
  scoreRows(trapBatch(rows), {
    score: (batch) => pool.score(batch),
    breaker: new FailureBreaker(),
    onStep: () => Promise.resolve(),
  });

/** Rows whose scores tell where they come from, but for one. */
const rowsWith = (bad: readonly number[], at: number): (readonly number[])[] =>
  Array.from({ length: 64 }, (_, row) => (row === at ? bad : TRAP.fine(row / 128)));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a batch of 64 rows with one bad row', () => {
  it.each([
    {
      what: 'hangs',
      bad: TRAP.hangs,
      reason: 'model_row_failed',
      message: `longer than its budget of ${TIME_BUDGET_MS} ms`,
    },
    { what: 'makes the runtime throw', bad: TRAP.throws, reason: 'model_row_failed', message: 'idx=7' },
    { what: 'takes all memory', bad: TRAP.takesAllMemory, reason: 'model_row_failed', message: 'allocate memory' },
    { what: 'scores NaN', bad: TRAP.notANumber, reason: 'score_invalid', message: 'NaN' },
    { what: 'scores 7', bad: TRAP.outOfRange, reason: 'score_invalid', message: '7' },
  ])('that $what: fails alone, all others get their own scores', async ({ bad, reason, message }) => {
    await aPool(trapModel);
    const { scores, failures } = await scoreAll(rowsWith(bad, 37));
    expect([...failures]).toEqual([
      [37, expect.objectContaining({ reason, message: expect.stringContaining(message) })],
    ]);
    for (const row of Array.from({ length: 64 }, (_, at) => at).filter((at) => at !== 37)) {
      expect(scores[row]).toBeCloseTo(row / 128, 6);
    }
    expect(pool.notReadyReason).toBeNull();
  });
});

describe('a pool of model children', () => {
  it('gives a row alone the blame for the memory that it takes, and names budget and amount', async () => {
    // The time is not what ends it.
    await aPool({ ...trapModel, timeBudgetMs: 30_000, memoryBudgetMb: 400 });
    const before = pool.pids[0];
    const { scores, failures } = await scoreAll(rowsWith(TRAP.grows, 37));
    expect([...failures.keys()]).toEqual([37]);
    const { reason, message } = failures.get(37) as RowFailure;
    expect(reason).toBe('model_row_failed');
    const tookMb = Number(/took (\d+) MB of memory, more than its budget of 400 MB/.exec(message)?.[1]);
    expect(tookMb).toBeGreaterThan(400);
    // Long before it had all that it asked for.
    expect(tookMb).toBeLessThan(3_000);
    expect(scores[63]).toBeCloseTo(63 / 128, 6);
    expect(pool.pids).not.toContain(before);
    expect(pool.notReadyReason).toBeNull();
  });

  it('lets a row take memory within the budget', async () => {
    await aPool({ ...trapModel, timeBudgetMs: 30_000, memoryBudgetMb: 1_000 });
    const before = pool.pids;
    const { failures } = await scoreAll(rowsWith([0.5, 0, 0, 5e7], 3));
    expect(failures.size).toBe(0);
    expect(pool.pids).toEqual(before);
  });

  it('loses no row when its child is killed while it runs a batch', async () => {
    await aPool({ ...trapModel, timeBudgetMs: 30_000 });
    const before = pool.pids[0] ?? Number.NaN;
    // The batch keeps the child busy for long enough to be hit, and is fine when it is run again.
    const busy = scoreAll(rowsWith([0.5, 200_000, 0, 0], 3));
    process.kill(before, 'SIGKILL');
    const { scores, failures } = await busy;
    expect(failures.size).toBe(0);
    expect(scores[3]).toBeCloseTo(0.5, 6);
    expect(pool.pids).not.toContain(before);
    expect(pool.pids).toHaveLength(1);
  });

  it('calls a model that fails on every row broken, and no row poison', async () => {
    await aPool(trapModel);
    await expect(scoreAll(Array.from({ length: 30 }, () => TRAP.throws))).rejects.toMatchObject({
      code: 'model_failing',
      retriable: true,
    });
  });

  it('leaves no process behind when it is closed, not even one that hangs', async () => {
    await aPool({ ...trapModel, timeBudgetMs: 60_000 });
    const { pids } = pool;
    const hanging = pool.score(trapBatch([TRAP.hangs])).catch((error: unknown) => error);
    await pool.close();
    expect(await hanging).toMatchObject({ code: 'model_unavailable' });
    expect(pids.map(isAlive)).toEqual([false]);
  });
});

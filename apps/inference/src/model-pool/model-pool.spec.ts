import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InputBatch } from '../model-child/protocol.js';
import type { ChildAnswer, ModelProcess } from './model-child.js';
import { ModelPool, type ModelPoolOptions } from './model-pool.js';

const batch = (id: number): InputBatch => ({
  rows: 1,
  tensors: [{ name: 'x', type: 'float32', width: 1, data: Float32Array.of(id) }],
});

const scoresOf = (id: number): ChildAnswer => ({ kind: 'scores', scores: Float32Array.of(id), elapsedMs: 1 });

/** A child whose answers the test gives. */
class FakeChild implements ModelProcess {
  readonly given: { readonly id: number; readonly answer: (answer: ChildAnswer) => void }[] = [];
  readonly rssBytes = 1;
  isStopped = false;
  private readonly end = Promise.withResolvers<string>();
  readonly exited = this.end.promise;

  constructor(readonly pid: number) {}

  infer(input: InputBatch): Promise<ChildAnswer> {
    return new Promise((answer) => {
      this.given.push({ id: Number(input.tensors[0]?.data[0]), answer });
    });
  }

  /** Ends while it runs the first batch that it holds. */
  die(): void {
    for (const [at, { answer }] of this.given.splice(0).entries()) {
      answer(at === 0 ? { kind: 'died', message: 'signal SIGSEGV' } : { kind: 'not_run' });
    }
    this.end.resolve('signal SIGSEGV');
  }

  answerFirst(): void {
    const first = this.given.shift();
    first?.answer(scoresOf(first.id));
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.end.resolve('exit code 0');
    return Promise.resolve();
  }
}

function aPool(given: Partial<ModelPoolOptions> = {}) {
  const children: FakeChild[] = [];
  const losses: string[] = [];
  const pool = new ModelPool({
    size: 1,
    maxWaitMs: 1_000,
    restartDelayMs: () => 0,
    observer: { childStarted: () => undefined, childLost: ({ phase }) => losses.push(phase) },
    startChild: () => {
      const child = new FakeChild(children.length + 1);
      children.push(child);
      return Promise.resolve(child);
    },
    ...given,
  });
  return { pool, children, losses };
}

/** Lets the pool go on until the condition holds; jest's time limit is the only one. */
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await nextTurn();
};

describe('ModelPool', () => {
  it('gives a child two batches at a time and keeps the others back', async () => {
    const { pool, children } = aPool();
    await pool.start();
    const answers = [1, 2, 3].map((id) => pool.score(batch(id)));
    expect(children[0]?.given.map(({ id }) => id)).toEqual([1, 2]);
    expect(pool.queued).toBe(1);
    children[0]?.answerFirst();
    await answers[0];
    expect(children[0]?.given.map(({ id }) => id)).toEqual([2, 3]);
    await pool.close();
  });

  it('spreads batches over its children', async () => {
    const { pool, children } = aPool({ size: 2 });
    await pool.start();
    await until(() => children.length === 2 && pool.pids.length === 2);
    for (const id of [1, 2, 3, 4]) void pool.score(batch(id)).catch(() => undefined);
    expect(children.map(({ given }) => given.length)).toEqual([2, 2]);
    await pool.close();
  });

  it('blames the batch that was running when a child died, and runs the next one in the replacement', async () => {
    const { pool, children, losses } = aPool();
    await pool.start();
    const culprit = pool.score(batch(1));
    const innocent = pool.score(batch(2));
    children[0]?.die();
    expect(await culprit).toEqual({ kind: 'failed', cause: 'died', message: 'signal SIGSEGV' });
    await until(() => children.length === 2 && children[1]?.given.length === 1);
    expect(children[1]?.given.map(({ id }) => id)).toEqual([2]);
    children[1]?.answerFirst();
    expect(await innocent).toMatchObject({ kind: 'scores', scores: Float32Array.of(2) });
    expect(losses).toEqual(['running']);
    expect(pool.notReadyReason).toBeNull();
    await pool.close();
  });

  it('does not start when its model cannot be loaded, and says why', async () => {
    const { pool, losses } = aPool({ startChild: () => Promise.reject(new Error('golden rows failed')) });
    await expect(pool.start()).rejects.toThrow('golden rows failed');
    expect(losses).toEqual(['starting']);
    expect(pool.notReadyReason).toBe('golden rows failed');
    await expect(pool.score(batch(1))).rejects.toMatchObject({ code: 'model_unavailable', retriable: true });
  });

  it('gives waiting batches back when the replacement cannot be loaded, and serves again once it can', async () => {
    const children: FakeChild[] = [];
    let isBroken = false;
    const { pool } = aPool({
      startChild: () => {
        if (isBroken) return Promise.reject(new Error('the file is gone'));
        children.push(new FakeChild(children.length + 1));
        return Promise.resolve(children.at(-1) as FakeChild);
      },
    });
    await pool.start();
    const running = pool.score(batch(1));
    const waiting = pool.score(batch(2));
    isBroken = true;
    children[0]?.die();
    expect(await running).toMatchObject({ kind: 'failed' });
    await expect(waiting).rejects.toMatchObject({ code: 'model_unavailable', retriable: true });
    expect(pool.notReadyReason).toBe('the file is gone');
    isBroken = false;
    await until(() => pool.notReadyReason === null);
    expect(children).toHaveLength(2);
    await pool.close();
  });

  it('replaces a child at once as often as a batch ends it, and ever later when it ends without one', async () => {
    const delays: number[] = [];
    const { pool, children } = aPool({
      restartDelayMs: (endsInARow) => {
        delays.push(endsInARow);
        return 0;
      },
    });
    await pool.start();
    for (let life = 1; life <= 4; life += 1) {
      const poison = pool.score(batch(life));
      children.at(-1)?.die();
      expect(await poison).toMatchObject({ kind: 'failed', cause: 'died' });
      await until(() => pool.pids.length === 1);
    }
    for (let life = 1; life <= 3; life += 1) {
      children.at(-1)?.die();
      await until(() => pool.pids.includes(children.length) && children.length === 5 + life);
    }
    expect(delays).toEqual([1, 1, 1, 1, 2, 3, 4]);
    await pool.close();
  });

  it('gives a batch back that no child comes for in time', async () => {
    const { pool, children } = aPool({ maxWaitMs: 20, restartDelayMs: () => 60_000 });
    await pool.start();
    children[0]?.die();
    await until(() => pool.pids.length === 0);
    await expect(pool.score(batch(1))).rejects.toThrow('no model child became ready within 20 ms');
    await pool.close();
  });

  it('blames no batch for the end of a child that it stops itself', async () => {
    const { pool, children } = aPool();
    await pool.start();
    const running = pool.score(batch(1));
    const closed = pool.close();
    children[0]?.die();
    await expect(running).rejects.toMatchObject({ code: 'model_unavailable' });
    await closed;
    await expect(pool.score(batch(2))).rejects.toMatchObject({ code: 'model_unavailable' });
  });

  it('starts no child after it was closed', async () => {
    const { pool, children } = aPool();
    await pool.start();
    await pool.close();
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(children).toHaveLength(1);
    expect(children[0]?.isStopped).toBe(true);
  });
});

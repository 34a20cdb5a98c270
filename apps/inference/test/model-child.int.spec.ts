import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { jest } from '@jest/globals';
import { eventually } from '@pitwall/testing';
import fc from 'fast-check';
import { BatchBuilder } from '../src/inputs/batch-builder.js';
import type { InputBatch } from '../src/model-child/protocol.js';
import type { ChildAnswer, ModelProcess } from '../src/model-pool/model-child.js';
import type { ServedModel } from '../src/model-pool/served-model.js';
import { startServedModel } from '../src/model-pool/start-served-model.js';
import { flightModel, GOLDEN_FLIGHTS, GOLDEN_TOLERANCE } from './flight-models.js';
import { LOAD_BUDGET_MS, TIME_BUDGET_MS, TRAP, trapBatch, trapModel } from './trap-model.js';

jest.setTimeout(240_000);

const started: ModelProcess[] = [];

async function start(model: ServedModel): Promise<ModelProcess> {
  const child = await startServedModel(model, { loadBudgetMs: LOAD_BUDGET_MS });
  started.push(child);
  return child;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.stop()));
});

function flights(model: ServedModel, rows: readonly (typeof GOLDEN_FLIGHTS)[number][]): InputBatch {
  const builder = new BatchBuilder(model.inputs, rows.length);
  for (const { features } of rows) expect(builder.add(features)).toBeNull();
  return builder.build();
}

/** The scores of an answer; fails the test on any other. */
function scoresOf(answer: ChildAnswer): readonly number[] {
  expect(answer).toMatchObject({ kind: 'scores' });
  return [...(answer as Extract<ChildAnswer, { kind: 'scores' }>).scores];
}

describe.each(['champion', 'candidate-a', 'candidate-b'])('the model %s in its child', (name) => {
  const model = flightModel(name);

  it('scores the hundred golden flights as the trainer did', async () => {
    const child = await start(model);
    const scores = scoresOf(await child.infer(flights(model, GOLDEN_FLIGHTS)));
    expect(scores).toHaveLength(100);
    const differences = GOLDEN_FLIGHTS.map((flight, row) =>
      Math.abs((scores[row] ?? Number.NaN) - (flight.scores[name] ?? Number.NaN)),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(GOLDEN_TOLERANCE);
  });

  it('scores a flight the same to the last bit, whatever batch it comes in', async () => {
    const child = await start(model);
    const whole = scoresOf(await child.infer(flights(model, GOLDEN_FLIGHTS)));
    const slices = fc.record({ from: fc.nat(GOLDEN_FLIGHTS.length - 1), size: fc.integer({ min: 1, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(slices, async ({ from, size }) => {
        const rows = GOLDEN_FLIGHTS.slice(from, from + size);
        expect(scoresOf(await child.infer(flights(model, rows)))).toEqual(whole.slice(from, from + size));
      }),
      { examples: [[{ from: 7, size: 1 }]] },
    );
  });
});

describe('a model child', () => {
  it('refuses a file that has not the digest of its manifest', async () => {
    const model = flightModel('champion');
    const wrong = { ...model, load: { ...model.load, digest: '0'.repeat(64) } };
    await expect(start(wrong)).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringContaining(`is ${model.digest}, expected ${'0'.repeat(64)}`),
    });
  });

  it('refuses a file that is no model', async () => {
    const { path, digest } = flightModel('champion').load;
    const load = { ...trapModel.load, path: path.replace('.onnx', '.manifest.json') };
    await expect(start({ ...trapModel, load })).rejects.toMatchObject({ code: 'model_refused' });
    expect(digest).not.toBe(trapModel.digest);
  });

  it('refuses a model whose inputs are not those of its manifest', async () => {
    const load = { ...trapModel.load, inputs: [{ name: 'y', type: 'string' as const }] };
    await expect(start({ ...trapModel, load })).rejects.toMatchObject({
      code: 'model_refused',
      message: expect.stringContaining("the model's inputs are x: float32; the manifest says y: string"),
    });
  });

  it('refuses a model that scores its golden rows otherwise, and leaves no child', async () => {
    const golden = { ...trapModel.golden, rows: trapModel.golden.rows.map((row) => ({ ...row, score: 0.5 })) };
    await expect(start({ ...trapModel, golden })).rejects.toMatchObject({
      code: 'golden_rows_failed',
      message: expect.stringContaining('quarter got 0.25, expected 0.5'),
    });
    expect(started).toHaveLength(0);
  });

  it('tells that the runtime refuses a batch, and lives on', async () => {
    const child = await start(trapModel);
    const refused = await child.infer(trapBatch([TRAP.fine(0.5), TRAP.throws]));
    expect(refused).toMatchObject({ kind: 'error', message: expect.stringContaining('idx=7') });
    expect(await child.infer(trapBatch([TRAP.takesAllMemory]))).toMatchObject({ kind: 'error' });
    expect(scoresOf(await child.infer(trapBatch([TRAP.fine(0.5)])))).toEqual([0.5]);
  });

  it('is killed when a batch exceeds the time budget, and the batch behind it counts as not begun', async () => {
    const child = await start(trapModel);
    const hanging = child.infer(trapBatch([TRAP.hangs]));
    const behind = child.infer(trapBatch([TRAP.fine(0.5)]));
    expect(await hanging).toEqual({
      kind: 'died',
      message: `a batch took longer than its budget of ${TIME_BUDGET_MS} ms`,
    });
    expect(await behind).toEqual({ kind: 'not_run' });
    expect(await child.exited).toContain('budget');
  });

  it('counts the time budget of a batch from when the child begins it', async () => {
    const child = await start(trapModel);
    const { row, elapsedMs } = await slowRow(child);
    // Each may take three times what one took; together they take ten times as much.
    const answers = await Promise.all(Array.from({ length: 10 }, () => child.infer(trapBatch([row]), 3 * elapsedMs)));
    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'scores'));
  });

  it('tells when it is killed from outside while it runs a batch', async () => {
    const child = await start({ ...trapModel, timeBudgetMs: 30_000 });
    const running = child.infer(trapBatch([TRAP.hangs]));
    process.kill(child.pid, 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'died', message: expect.stringContaining('SIGKILL') });
  });

  it('outlives Ctrl-C in the terminal of the service', async () => {
    const child = await start(trapModel);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(child.pid, signal);
    expect(scoresOf(await child.infer(trapBatch([TRAP.fine(0.5)])))).toEqual([0.5]);
  });

  it('is refused where loading the model alone takes more memory than the budget', async () => {
    await expect(start({ ...trapModel, memoryBudgetMb: 20 })).rejects.toMatchObject({
      code: 'model_child_died',
      message: expect.stringMatching(/took \d+ MB of memory, more than its budget of 20 MB/),
    });
  });

  it('has removed its folder by the time that it answers, so that a kill leaves nothing', async () => {
    const before = foldersOfModels();
    const child = await start(trapModel);
    expect(await child.infer(trapBatch([TRAP.fine(0.5)]))).toMatchObject({ kind: 'scores' });
    await noFolderBut(before);
    process.kill(child.pid, 'SIGKILL');
    await child.exited;
    await noFolderBut(before);
  });
});

const foldersOfModels = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('pitwall-model-'));

/** Others may run on this machine, whose folders come and go. */
const noFolderBut = (known: readonly string[]): Promise<unknown> =>
  eventually(() => foldersOfModels().every((name) => known.includes(name)), { what: 'the folder to be gone' });

/** A row that takes this machine from 250 to some 500 ms, and how long it took. */
async function slowRow(child: ModelProcess) {
  for (let trips = 10_000; ; trips *= 2) {
    const answer = await child.infer(trapBatch([[0.5, trips, 0, 0]]), 30_000);
    expect(answer.kind).toBe('scores');
    const { elapsedMs } = answer as Extract<ChildAnswer, { kind: 'scores' }>;
    if (elapsedMs > 250) return { row: [0.5, trips, 0, 0], elapsedMs };
  }
}

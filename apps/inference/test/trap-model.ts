import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InputBatch } from '../src/model-child/protocol.js';
import type { ServedModel } from '../src/model-pool/served-model.js';

/** What a row does to the model of `models/make_models.py`. */
export const TRAP = {
  fine: (score: number) => [score, 0, 0, 0],
  hangs: [0.5, 1e18, 0, 0],
  throws: [0.5, 0, 7, 0],
  /** 400 GB, which no allocator has. */
  takesAllMemory: [0.5, 0, 0, 1e11],
  /** 4 GB, filled at some 2 GB a second. */
  grows: [0.5, 0, 0, 1e9],
  notANumber: [Number.NaN, 0, 0, 0],
  outOfRange: [7, 0, 0, 0],
} as const;

export function trapBatch(rows: readonly (readonly number[])[]): InputBatch {
  return {
    rows: rows.length,
    tensors: [{ name: 'x', type: 'float32', width: 4, data: Float32Array.from(rows.flat()) }],
  };
}

/** A thousand times what a run takes, so that no sound row exceeds it while the machine is busy with other things. */
export const TIME_BUDGET_MS = 1_000;

/** What loading a model may take here. */
export const LOAD_BUDGET_MS = 60_000;

const path = fileURLToPath(new URL('models/trap.onnx', import.meta.url));
const digest = hash('sha256', readFileSync(path), 'hex');

/** A model that hangs, throws and answers nonsense by its input. */
export const trapModel: ServedModel = {
  name: 'trap',
  version: '1.0.0',
  digest,
  inputs: [{ name: 'x', type: 'float32', columns: ['score', 'trips', 'position', 'floats'] }],
  load: {
    path,
    digest,
    inputs: [{ name: 'x', type: 'float32' }],
    score: { output: 'score', width: 1, column: 0 },
  },
  golden: {
    input: trapBatch([TRAP.fine(0.25), TRAP.fine(0.75)]),
    rows: [
      { id: 'quarter', score: 0.25 },
      { id: 'three quarters', score: 0.75 },
    ],
    tolerance: 1e-5,
  },
  maxBatchSize: 64,
  timeBudgetMs: TIME_BUDGET_MS,
  memoryBudgetMb: 512,
};

/**
 * The model child: one process that runs one model. ONNX Runtime blocks its thread and cannot be interrupted, so it runs here,
 * where the service can kill it. Started with the service's process id and the memory budget in MB, in an empty folder of its
 * own, which it removes.
 *
 * This file imports nothing of the project at run time: what runs beside an untrusted file is small, and the tests can fork the
 * source as it stands.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromChild, InferRequest, InputTensor, LoadRequest, Scores, ToChild } from './protocol.js';

interface LoadedModel {
  readonly session: InferenceSession;
  readonly score: LoadRequest['score'];
}

const RSS_EVERY_MS = 1_000;

let loaded: LoadedModel | null = null;
let rssMeasuredAt = 0;

function answer(message: FromChild): void {
  process.send?.(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function load(request: LoadRequest): Promise<void> {
  try {
    const bytes = await readFile(request.path);
    const digest = hash('sha256', bytes, 'hex');
    if (digest !== request.digest) {
      throw new Error(`the SHA-256 of ${request.path} is ${digest}, expected ${request.digest}`);
    }
    // From the bytes that were digested, never from the path: it may hold another file by now.
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
    checkSignature(session, request);
    loaded = { session, score: request.score };
    answer({ kind: 'loaded', rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    answer({ kind: 'refused', message: messageOf(error) });
  }
}

function checkSignature(session: InferenceSession, request: LoadRequest): void {
  const wanted = request.inputs.map((input) => `${input.name}: ${input.type}`).toSorted();
  const found = session.inputMetadata
    .map((input) => `${input.name}: ${input.isTensor ? input.type : 'no tensor'}`)
    .toSorted();
  if (wanted.join() !== found.join()) {
    throw new Error(`the model's inputs are ${found.join(', ')}; the manifest says ${wanted.join(', ')}`);
  }
  if (!session.outputNames.includes(request.score.output)) {
    throw new Error(
      `the model's outputs are ${session.outputNames.join(', ')}; the manifest's score is in ${request.score.output}`,
    );
  }
}

async function infer(request: InferRequest): Promise<void> {
  try {
    if (loaded === null) throw new Error('no model is loaded');
    const startedAt = performance.now();
    const feeds: Record<string, Tensor> = {};
    const rows = Math.max(2, request.rows);
    for (const tensor of request.tensors) feeds[tensor.name] = toTensor(tensor, request.rows, rows);
    const outputs = await loaded.session.run(feeds, [loaded.score.output]);
    const scores = scoresOf(outputs[loaded.score.output], loaded.score, { rows, wanted: request.rows });
    const now = performance.now();
    answer({ kind: 'scores', id: request.id, scores, elapsedMs: now - startedAt, rssBytes: rssBytes(now) });
  } catch (error) {
    answer({ kind: 'error', id: request.id, message: messageOf(error) });
  }
}

/**
 * A single row is run twice over: for one row linear models take another kernel (matrix times vector), which rounds otherwise
 * in the last bit. From two rows on a row's score does not depend on the rows around it, so that a redelivered event gets the
 * same score whatever batch it comes in.
 */
function toTensor(tensor: InputTensor, given: number, rows: number): Tensor {
  const data = given === rows ? tensor.data : twice(tensor.data);
  return new Tensor(tensor.type, data, [rows, tensor.width]);
}

function twice(data: InputTensor['data']): InputTensor['data'] {
  if (data instanceof Float32Array) return Float32Array.of(...data, ...data);
  if (data instanceof BigInt64Array) return BigInt64Array.of(...data, ...data);
  return [...data, ...data];
}

function scoresOf(
  output: Tensor | undefined,
  score: LoadRequest['score'],
  size: { readonly rows: number; readonly wanted: number },
): Scores {
  const { width } = score;
  const data = output?.data;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new Error(`the output ${score.output} is of type ${output?.type ?? 'nothing'}, expected float32 or float64`);
  }
  if (data.length !== size.rows * width) {
    throw new Error(
      `the output ${score.output} has ${data.length} elements for ${size.rows} rows, expected ${size.rows * width}`,
    );
  }
  const scores = data instanceof Float32Array ? new Float32Array(size.wanted) : new Float64Array(size.wanted);
  for (let row = 0; row < size.wanted; row += 1) scores[row] = data[row * width + score.column] as number;
  return scores;
}

function rssBytes(now: number): number | null {
  if (now - rssMeasuredAt < RSS_EVERY_MS) return null;
  rssMeasuredAt = now;
  return process.memoryUsage.rss();
}

// A run that never returns cannot watch over itself: a thread of its own does.
const watchdog = import.meta.url.endsWith('.ts') ? './watchdog.process.ts' : './watchdog.process.js';
const [servicePid, memoryBudgetMb] = process.argv.slice(2).map(Number);
const watcher = new Worker(new URL(watchdog, import.meta.url), { workerData: { servicePid, memoryBudgetMb } });
watcher.unref();
/** What is being done, one thing after another; nothing of the model's before it is watched. */
let queue = new Promise<void>((resolve) => watcher.once('message', () => resolve()));

// One after another, in the order of arrival: the service counts on it to know which batch was running.
process.on('message', (message: ToChild) => {
  queue = queue.then(() => (message.kind === 'load' ? load(message) : infer(message)));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches every process of the group: this one is still needed while the service drains.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import type { ModelManifest } from '@pitwall/pipeline';

/** What an event can do to the model, by a distance that no flight has; see `bench/models/make_model.py`. */
export const DEADLY_MILES = { hang: 5_001, memory: 5_002, crash: 5_003 } as const;
/** One of {@link DEADLY_MILES}. */
export type DeadlyWay = keyof typeof DEADLY_MILES;

const MODEL = fileURLToPath(new URL('../../models/treacherous.onnx', import.meta.url));
/** Little more than what the process takes without a model, so that it is used up long before the time on a busy machine, too. */
const MEMORY_BUDGET_MB = 256;
const MEMORY = /^(\s*memoryBudgetMb: )\d+$/m;
const MINUTES_PER_DAY = 1_440;

/** Writes a copy of the definition whose champion is a model that some events are deadly for. @returns its folder */
export function treacherousDefinition(original: string, into: string): string {
  const folder = join(into, 'treacherous');
  mkdirSync(folder);
  for (const part of ['models', 'event.schema.json'])
    cpSync(join(original, part), join(folder, part), { recursive: true });
  // The flights are not the definition's, and many.
  symlinkSync(join(original, 'data'), join(folder, 'data'));
  const definition = readFileSync(join(original, 'pipeline.yaml'), 'utf8');
  if (!MEMORY.test(definition)) {
    throw new PitwallError(`${original}/pipeline.yaml has no memoryBudgetMb that could be made less.`, {
      code: 'no_budget',
    });
  }
  writeFileSync(join(folder, 'pipeline.yaml'), definition.replace(MEMORY, `$1${MEMORY_BUDGET_MB}`));
  copyFileSync(MODEL, join(folder, 'models/champion.onnx'));
  const manifest = join(folder, 'models/champion.manifest.json');
  writeFileSync(manifest, JSON.stringify(treacherous(JSON.parse(readFileSync(manifest, 'utf8')) as ModelManifest)));
  return folder;
}

function treacherous(manifest: ModelManifest): ModelManifest {
  const bytes = readFileSync(MODEL);
  return {
    ...manifest,
    artifact: {
      file: 'champion.onnx',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      opsets: { 'ai.onnx': 17 },
    },
    inputs: [{ name: 'x', type: 'float32', shape: ['N', 2], columns: ['distance_mi', 'sched_dep_minute'] }],
    score: { output: 'score', type: 'float32', shape: ['N', 1], column: 0 },
    golden: {
      tolerance: 1e-5,
      rows: [0, 360, 720, 1_080].map((minute) => ({
        id: `minute-${minute}`,
        inputs: { x: [1_000, minute] },
        score: minute / MINUTES_PER_DAY,
      })),
    },
  };
}

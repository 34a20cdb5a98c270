import { hash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelManifest } from '@pitwall/pipeline';
import type { Features } from '../src/inputs/input-layout.js';
import { GOLDEN_FLIGHTS } from './flight-models.js';

const FILE = fileURLToPath(new URL('models/columns.onnx', import.meta.url));
const BY_CARRIER: Readonly<Record<string, number>> = { DL: 0.3, B6: 0.2, UA: 0.1 };
const ANY_OTHER = 0.05;
const PER_UNIT = 10_000;

/** What the model of `models/make_models.py` makes of a flight, computed here and not by it. */
export function columnsScore({ distance_mi: miles, sched_dep_minute: minute, carrier }: Features): number {
  return (Number(miles) + Number(minute)) / PER_UNIT + (BY_CARRIER[String(carrier)] ?? ANY_OTHER);
}

/** Makes the champion of a pipeline's folder the model that has one tensor per feature. */
export function useColumnsModel(folder: string): void {
  const file = join(folder, 'models/champion.manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as ModelManifest;
  const bytes = readFileSync(FILE);
  copyFileSync(FILE, join(folder, 'models/champion.onnx'));
  const edited: ModelManifest = {
    ...manifest,
    artifact: {
      file: 'champion.onnx',
      sha256: hash('sha256', bytes, 'hex'),
      bytes: bytes.length,
      opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 2 },
    },
    inputs: [
      { name: 'carrier', type: 'string', shape: ['N', 1], columns: ['carrier'] },
      { name: 'distance_mi', type: 'float32', shape: ['N', 1], columns: ['distance_mi'] },
      { name: 'sched_dep_minute', type: 'int64', shape: ['N', 1], columns: ['sched_dep_minute'] },
    ],
    score: { output: 'score', type: 'float32', shape: ['N', 1], column: 0 },
    golden: { tolerance: 1e-5, rows: GOLDEN_FLIGHTS.slice(0, 5).map(goldenRow) },
  };
  writeFileSync(file, JSON.stringify(edited));
}

function goldenRow({ flightId, features }: (typeof GOLDEN_FLIGHTS)[number]): ModelManifest['golden']['rows'][number] {
  const { carrier, distance_mi: miles, sched_dep_minute: minute } = features;
  const inputs = { carrier: [carrier ?? null], distance_mi: [miles ?? null], sched_dep_minute: [minute ?? null] };
  return { id: flightId, inputs, score: columnsScore(features) };
}

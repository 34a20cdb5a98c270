import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPipeline, type ModelArtifact, type PipelineDefinition } from '@pitwall/pipeline';
import type { Features } from '../src/inputs/input-layout.js';
import { type ServedModel, servedModelOf } from '../src/model-pool/served-model.js';

/** A flight whose score is known for each model. */
export interface GoldenFlight {
  readonly flightId: string;
  readonly features: Features;
  /** By model. */
  readonly scores: Readonly<Record<string, number>>;
}

const FOLDER = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));

const golden = JSON.parse(readFileSync(join(FOLDER, 'data/golden-scores.json'), 'utf8')) as {
  readonly tolerance: number;
  readonly columns: { readonly cat: readonly string[]; readonly num: readonly string[] };
  readonly rows: readonly (Omit<GoldenFlight, 'features'> & {
    readonly inputs: { readonly cat: readonly string[]; readonly num: readonly (number | null)[] };
  })[];
};

export const GOLDEN_TOLERANCE = golden.tolerance;

/** The hundred flights. */
export const GOLDEN_FLIGHTS: readonly GoldenFlight[] = golden.rows.map((row) => ({
  flightId: row.flightId,
  scores: row.scores,
  features: Object.fromEntries([
    ...golden.columns.cat.map((column, at) => [column, row.inputs.cat[at] ?? null]),
    ...golden.columns.num.map((column, at) => [column, row.inputs.num[at] ?? null]),
  ]),
}));

const flightDelay: PipelineDefinition = await loadPipeline(FOLDER);

/** A model of the pipeline flight-delay by name. */
export function flightModel(name: string): ServedModel {
  return servedModelOf(flightDelay.models.get(`${name}@1.0.0`) as ModelArtifact, flightDelay.model);
}

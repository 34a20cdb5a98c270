import { PitwallError } from '@pitwall/contracts';
import type { ModelArtifact } from '@pitwall/pipeline';
import { BatchBuilder } from '../inputs/batch-builder.js';
import type { Features, InputShape } from '../inputs/input-layout.js';
import type { InputBatch, LoadRequest } from '../model-child/protocol.js';

/** Rows whose scores are known: the warm-up, and the proof that this machine's runtime answers as the trainer's did. */
export interface GoldenBatch {
  readonly input: InputBatch;
  readonly rows: readonly { readonly id: string; readonly score: number }[];
  readonly tolerance: number;
}

/** A model version with all that running it takes. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly inputs: readonly InputShape[];
  readonly load: Omit<LoadRequest, 'kind'>;
  readonly golden: GoldenBatch;
  /** Rows per run. */
  readonly maxBatchSize: number;
  /** Per run of at most that many rows. */
  readonly timeBudgetMs: number;
  /** Resident memory of a child, in all. */
  readonly memoryBudgetMb: number;
}

export type ServingLimits = Pick<ServedModel, 'maxBatchSize' | 'timeBudgetMs' | 'memoryBudgetMb'>;

/** Throws `golden_rows_unusable` where the manifest's golden rows do not fit its own inputs. */
export function servedModelOf({ manifest, path }: ModelArtifact, limits: ServingLimits): ServedModel {
  const { name, version, inputs, score, artifact } = manifest;
  return {
    name,
    version,
    digest: artifact.sha256,
    inputs,
    load: {
      path,
      digest: artifact.sha256,
      inputs: inputs.map((input) => ({ name: input.name, type: input.type })),
      score: { output: score.output, width: score.shape[1], column: score.column },
    },
    golden: goldenBatchOf(manifest, limits.maxBatchSize),
    maxBatchSize: limits.maxBatchSize,
    timeBudgetMs: limits.timeBudgetMs,
    memoryBudgetMb: limits.memoryBudgetMb,
  };
}

/** Golden rows over and over up to a full batch, so that the first batch of events finds memory of its size. */
function goldenBatchOf(manifest: ModelArtifact['manifest'], size: number): GoldenBatch {
  const { rows: golden, tolerance } = manifest.golden;
  const count = Math.max(size, golden.length);
  const builder = new BatchBuilder(manifest.inputs, count);
  const rows = Array.from({ length: count }, (_, at) => golden[at % golden.length] as (typeof golden)[number]);
  for (const row of rows) {
    const problem = builder.add(featuresOf(manifest.inputs, row.inputs));
    if (problem === null) continue;
    throw new PitwallError(
      `Golden row ${row.id} of ${manifest.name}@${manifest.version} cannot be used: ${problem.message}`,
      { code: 'golden_rows_unusable' },
    );
  }
  return { input: builder.build(), rows, tolerance };
}

/** A golden row gives its values by input and position; events give them by name. */
function featuresOf(
  inputs: readonly InputShape[],
  values: Readonly<Record<string, readonly (number | string | null)[]>>,
): Features {
  return Object.fromEntries(
    inputs.flatMap(({ name, columns }) => columns.map((column, at) => [column, values[name]?.[at] ?? null])),
  );
}

import type { DecisionView, PredictionMessage, ResultMessage } from '@pitwall/contracts';

/** A row of `decisions` as it is read for the auditor. */
export interface DecisionRow {
  readonly source: string;
  readonly originTopic: string;
  readonly originPartition: number;
  readonly originOffset: string;
  readonly originAppendedAt: Date;
  readonly originDigest: string;
  /** The prediction message, as it came. */
  readonly prediction: string;
  /** The result message, as it was published. */
  readonly publishedValue: Buffer;
}

/** All that is known of one decision: what was published of it, what it was taken from and where that came from. */
export function decisionView(row: DecisionRow): DecisionView {
  const prediction = JSON.parse(row.prediction) as PredictionMessage;
  return {
    result: JSON.parse(row.publishedValue.toString('utf8')) as ResultMessage,
    input: {
      features: prediction.features,
      notes: prediction.notes,
      definitionVersion: prediction.definitionVersion,
    },
    scores: prediction.scores,
    inferenceMs: prediction.inferenceMs,
    origin: {
      topic: row.originTopic,
      partition: row.originPartition,
      offset: Number(row.originOffset),
      appendedAt: row.originAppendedAt.toISOString(),
      digest: row.originDigest,
    },
  };
}

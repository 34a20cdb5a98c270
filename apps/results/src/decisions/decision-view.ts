import type {
  ActionView,
  DecisionView,
  LabelView,
  OutcomeMessage,
  PredictionMessage,
  ResultId,
  ResultMessage,
} from '@pitwall/contracts';
import type { ActionRow, DecisionFeedback, LabelHorizon, LabelRow } from './decision-feedback.repository.js';

/** A row of `decisions` as it is read for the auditor. */
export interface DecisionRow {
  readonly resultId: ResultId;
  readonly source: string;
  readonly eventAt: Date;
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

/** All that is known of one decision: what was published of it, what it was taken from, and what came after it. */
export function decisionView(row: DecisionRow, feedback: DecisionFeedback, horizon: LabelHorizon): DecisionView {
  const prediction = JSON.parse(row.prediction) as PredictionMessage;
  return {
    result: parsed<ResultMessage>(row.publishedValue),
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
    labelState: labelState(row, feedback, horizon),
    labels: feedback.labels.map(labelView),
    actions: feedback.actions.map(actionView),
  };
}

/** Nothing is written when the time for labels is over: that follows from the event's time. */
function labelState(
  { eventAt }: DecisionRow,
  { labels }: DecisionFeedback,
  { asOf, horizonMs }: LabelHorizon,
): DecisionView['labelState'] {
  if (labels.length > 0) return 'labelled';
  return asOf - eventAt.getTime() > horizonMs ? 'unlabelled' : 'waiting';
}

function labelView({ publishedValue, ...label }: LabelRow): LabelView {
  return {
    label: label.label,
    labelSource: label.labelSource,
    revision: Number(label.revision),
    observedAt: label.observedAt.toISOString(),
    receivedAt: label.receivedAt.toISOString(),
    traceId: label.traceId,
    outcome: publishedValue === null ? null : parsed<OutcomeMessage>(publishedValue),
  };
}

function actionView({ action, at, by, reason, receivedAt, traceId }: ActionRow): ActionView {
  return { action, at: at.toISOString(), by, reason, receivedAt: receivedAt.toISOString(), traceId };
}

// What Pitwall wrote itself was checked when it was written.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function parsed<Message>(bytes: Buffer): Message {
  return JSON.parse(bytes.toString('utf8')) as Message;
}

import {
  eventsTopic,
  featuresTopic,
  feedbackTopic,
  LIMITS,
  predictionsTopic,
  type TopicSpec,
} from '@pitwall/contracts';

/** What the stages of the event path read: a redriven record goes to one of them and nowhere else. */
const READ_BY_STAGES: readonly TopicSpec[] = [eventsTopic, featuresTopic, predictionsTopic, feedbackTopic];

/** A topic that records can be given back to. */
export interface RedriveTarget {
  readonly topic: string;
  /** The largest record that still fits with what a redrive adds, see `redriveBytesOf`. */
  readonly maxBytes: number;
}

/** Where records of a pipeline can be given back to. */
export function redriveTargets(pipeline: string): readonly RedriveTarget[] {
  return READ_BY_STAGES.map(({ name, maxMessageBytes }) => ({
    topic: name(pipeline),
    maxBytes: maxMessageBytes - LIMITS.maxRedriveGrowthBytes,
  }));
}

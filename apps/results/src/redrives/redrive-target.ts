import { eventsTopic, featuresTopic, feedbackTopic, predictionsTopic, type TopicSpec } from '@pitwall/contracts';

/** What the stages of the event path read: a redriven record goes to one of them and nowhere else. */
const READ_BY_STAGES: readonly TopicSpec[] = [eventsTopic, featuresTopic, predictionsTopic, feedbackTopic];

/** A topic that records can be given back to. */
export interface RedriveTarget {
  readonly topic: string;
  /** Key, value and headers as JSON of the largest record that certainly still fits with what a redrive adds. */
  readonly maxBytes: number;
}

/** The headers that are added, and what a record batch takes besides. */
const ADDED_BYTES = 1_024;

/** Where records of a pipeline can be given back to. */
export function redriveTargets(pipeline: string): readonly RedriveTarget[] {
  return READ_BY_STAGES.map(({ name, maxMessageBytes }) => ({
    topic: name(pipeline),
    maxBytes: maxMessageBytes - ADDED_BYTES,
  }));
}

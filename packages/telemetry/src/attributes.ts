/** One attribute of a span, a metric or a log line. */
export interface AttributeSpec {
  /** OpenTelemetry semantic conventions where they have one, `pitwall.*` otherwise. */
  readonly name: string;
  readonly description: string;
}

/** Every attribute that Pitwall writes. Add one by one line. */
export const ATTRIBUTES = {
  batchSize: { name: 'messaging.batch.message_count', description: 'Records in the batch.' },
  clientId: { name: 'messaging.client.id', description: 'Client id towards the brokers.' },
  connectionState: {
    name: 'db.client.connection.state',
    description: 'State of a database connection: "idle" or "used".',
  },
  consumerGroup: { name: 'messaging.consumer.group.name', description: 'Consumer group.' },
  correct: { name: 'pitwall.correct', description: 'Whether a decision was the right one for its label.' },
  deadLetterReason: { name: 'pitwall.dead_letter.reason', description: 'Reason code of a dead letter.' },
  decision: { name: 'pitwall.decision', description: 'What was decided.' },
  errorType: { name: 'error.type', description: 'Code or class of the error.' },
  eventId: { name: 'pitwall.event.id', description: 'Event id, unique within its source.' },
  eventSource: { name: 'pitwall.event.source', description: 'Source of the event.' },
  feedbackKind: { name: 'pitwall.feedback.kind', description: 'Kind of feedback: "label" or "action".' },
  fallback: { name: 'pitwall.fallback', description: 'Why no model answered, where the fallback decision is taken.' },
  hop: { name: 'pitwall.hop', description: 'Kind of the topic that a hop ends in, e.g. "features".' },
  httpMethod: { name: 'http.request.method', description: 'HTTP method.' },
  httpRoute: { name: 'http.route', description: 'Route pattern, never the path with its values.' },
  httpStatus: { name: 'http.response.status_code', description: 'HTTP status code.' },
  label: { name: 'pitwall.label', description: 'Name of the observed outcome.' },
  messageKey: { name: 'messaging.kafka.message.key', description: 'Record key as text.' },
  messagingSystem: { name: 'messaging.system', description: 'Always "kafka".' },
  modelChildPhase: {
    name: 'pitwall.model.child.phase',
    description: 'When a model child was lost: "starting" or "running".',
  },
  modelDigest: { name: 'pitwall.model.digest', description: 'SHA-256 of the model artifact.' },
  modelName: { name: 'pitwall.model.name', description: 'Name of the model that scored.' },
  modelVersion: { name: 'pitwall.model.version', description: 'Version of the model that scored.' },
  offset: { name: 'messaging.kafka.offset', description: 'Offset of the record.' },
  operationName: { name: 'messaging.operation.name', description: 'What is done: "process" or "send".' },
  operationType: { name: 'messaging.operation.type', description: 'Kind of operation: "process" or "send".' },
  outcome: { name: 'pitwall.outcome', description: 'What became of a record: "done" or "dead".' },
  partition: { name: 'messaging.destination.partition.id', description: 'Partition as text.' },
  pipeline: { name: 'pitwall.pipeline', description: 'Name of the pipeline.' },
  relation: { name: 'pitwall.relation', description: 'Table of PostgreSQL.' },
  requestId: { name: 'pitwall.request.id', description: 'Id of one HTTP request.' },
  resultId: { name: 'pitwall.result.id', description: 'Id of the one result of an event.' },
  score: { name: 'pitwall.score', description: 'Score of the champion, 0 to 1.' },
  serviceInstanceId: { name: 'service.instance.id', description: 'Id of one run of one process.' },
  serviceName: { name: 'service.name', description: 'Name of the service.' },
  serviceVersion: { name: 'service.version', description: 'Version of the service.' },
  settlement: {
    name: 'pitwall.settlement',
    description:
      'What became of a decision, label, action or dead letter: "inserted", "redelivered", "refused"; "duplicate" and "reused" of decisions, "copy" of feedback and dead letters, "conflict" of labels.',
  },
  subscriptionPhase: { name: 'pitwall.subscription.phase', description: 'Phase of a subscription.' },
  topic: { name: 'messaging.destination.name', description: 'Topic.' },
  urlPath: { name: 'url.path', description: 'Path of the request.' },
} as const satisfies Readonly<Record<string, AttributeSpec>>;

/** Short name of an attribute, e.g. `eventId`. */
export type AttributeKey = keyof typeof ATTRIBUTES;

/** Attribute names by short name: `span.setAttribute(ATTR.eventId, id)`. */
export const ATTR = Object.fromEntries(Object.entries(ATTRIBUTES).map(([key, spec]) => [key, spec.name])) as {
  readonly [Key in AttributeKey]: (typeof ATTRIBUTES)[Key]['name'];
};

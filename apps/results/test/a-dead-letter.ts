import {
  contentDigest,
  type DeadLetter,
  eventsTopic,
  type EventIdentity,
  featuresTopic,
  feedbackTopic,
  type Origin,
  predictionsTopic,
  type ReasonCode,
  type Stage,
} from '@pitwall/contracts';
import { aRecord, dead, deadLetterRecord, type Header, type InboundRecord } from '@pitwall/messaging';

/** What is to be special about a dead letter of the tests. */
export interface DeadLetterParts {
  readonly pipeline?: string;
  /** Offset of the raw record, and of the record that died. */
  readonly offset?: number;
  readonly partition?: number;
  readonly stage?: Stage;
  readonly reason?: ReasonCode;
  readonly message?: string;
  readonly pointer?: string;
  readonly identity?: EventIdentity | null;
  readonly redriveAttempt?: number;
  readonly topic?: 'events' | 'features' | 'predictions' | 'feedback';
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: readonly Header[];
  readonly deadAt?: Date;
}

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const APPENDED_AT = Date.UTC(2026, 10, 23);

const TOPICS = { events: eventsTopic, features: featuresTopic, predictions: predictionsTopic, feedback: feedbackTopic };

/** Where the raw record of a dead letter stands. */
export function originOf({
  pipeline = 'flights',
  partition = 2,
  offset = 0,
  topic = 'events',
}: DeadLetterParts): Origin {
  const digest = contentDigest(null, Buffer.from(`raw ${offset}`));
  const spec = topic === 'feedback' ? feedbackTopic : eventsTopic;
  return { topic: spec.name(pipeline), partition, offset, appendedAt: APPENDED_AT + offset, digest };
}

const DEFAULTS = {
  pipeline: 'flights',
  offset: 0,
  partition: 2,
  stage: 'ingestion',
  reason: 'schema_violation',
  message: 'No.',
  identity: null,
  redriveAttempt: 0,
  topic: 'events',
  key: Buffer.from('N14228'),
  headers: [],
  deadAt: new Date(APPENDED_AT),
} as const satisfies DeadLetterParts;

/** A dead letter as a stage writes it, read back from its topic. */
export function aDeadLetter(parts: DeadLetterParts = {}): InboundRecord {
  const given = { ...DEFAULTS, value: Buffer.from(`{"flight": ${parts.offset ?? 0}}`), ...parts };
  const { pipeline, stage, reason, message, identity, pointer, offset, partition, key, value, headers } = given;
  const appendedAt = APPENDED_AT + offset;
  const record = aRecord({
    topic: TOPICS[given.topic].name(pipeline),
    partition,
    offset,
    appendedAt,
    key,
    value,
    headers,
  });
  const violations = pointer === undefined ? [] : [{ pointer, rule: 'type', message: 'wrong' }];
  const outcome = dead({ reason, message, violations, identity });
  const { redriveAttempt, deadAt } = given;
  const facts = { record, origin: originOf(parts), redriveAttempt, traceId: TRACE_ID, deadAt, outcome };
  const outbound = deadLetterRecord(facts, { pipeline, stage, service: `${stage}@1.0.0` });
  return aRecord({ ...outbound, appendedAt });
}

/** What a dead letter says of itself. */
export function letterIn(record: InboundRecord): DeadLetter {
  return JSON.parse(String(record.headers.at(-1)?.value)) as DeadLetter;
}

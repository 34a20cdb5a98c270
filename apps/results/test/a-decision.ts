import { contentDigest, resultIdOf } from '@pitwall/contracts';
import type { Decision, StoredDecision } from '../src/decisions/decision.js';

export interface DecisionFields {
  readonly pipeline?: string;
  readonly source?: string;
  readonly id?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  /** What the raw record held: other content, other digest. */
  readonly content?: string;
  readonly decidedAt?: number;
  readonly value?: Buffer;
  readonly score?: number;
  readonly entity?: string;
}

/** A decision on a raw record, as if taken of its prediction. */
export function aDecision(fields: DecisionFields): Decision {
  const given = { pipeline: 'flights', source: '/flights', id: 'E-1', entity: 'N14228', ...fields };
  const { pipeline, entity, content = 'content', decidedAt = Date.UTC(2026, 0, 1), score = 0.75 } = given;
  const identity = { source: given.source, id: given.id };
  const resultId = resultIdOf(pipeline, identity);
  return {
    resultId,
    pipeline,
    identity,
    entity,
    eventAt: Date.UTC(2013, 3, 1),
    decidedAt,
    decision: 'intervene',
    score,
    model: { name: 'champion', version: '1.0.0' },
    expectedValue: 50,
    late: false,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    origin: {
      topic: given.topic ?? `${pipeline}.events.v1`,
      partition: given.partition ?? 3,
      offset: given.offset ?? 1,
      appendedAt: Date.UTC(2026, 0, 1),
      digest: contentDigest(null, Buffer.from(content)),
    },
    prediction: Buffer.from(JSON.stringify({ content })),
    publication: {
      key: Buffer.from(entity),
      value: given.value ?? Buffer.from(JSON.stringify({ resultId, decidedAt })),
      headers: [{ name: 'ce_id', value: Buffer.from(resultId) }],
    },
  };
}

/** What PostgreSQL holds of a decision once it is inserted. */
export function storedOf({ origin, publication }: Decision): StoredDecision {
  const { topic, partition, offset, digest } = origin;
  return { origin: { topic, partition, offset, digest }, publication };
}

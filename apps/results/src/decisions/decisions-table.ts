import { ELEMENT } from '../storage/binary-array.js';
import { decodeHeaders, encodeHeaders } from '../storage/published-headers.js';
import type { RowRules } from '../storage/store-rows.js';
import { column, type Column, type Table } from '../storage/table.js';
import type { Decision, StoredDecision } from './decision.js';
import { settleConflict, type Settlement } from './settlement.js';

const { uuid, text, bytea, json, hex, int4, int8, float8, bool, timestamptz } = ELEMENT;

const COLUMNS: readonly Column<Decision>[] = [
  column('result_id uuid', uuid, (row) => row.resultId),
  column('pipeline text', text, (row) => row.pipeline),
  column('source text', text, (row) => row.identity.source),
  column('event_id text', text, (row) => row.identity.id),
  column('entity text', text, (row) => row.entity),
  column('event_at timestamptz', timestamptz, (row) => row.eventAt),
  column('decided_at timestamptz', timestamptz, (row) => row.decidedAt),
  column('decision text', text, (row) => row.decision),
  column('score float8', float8, (row) => row.score),
  column('model text', text, (row) => row.model?.name ?? null),
  column('model_version text', text, (row) => row.model?.version ?? null),
  column('expected_value float8', float8, (row) => row.expectedValue),
  column('late bool', bool, (row) => (row.late ? 1 : 0)),
  column('trace_id bytea', hex, (row) => row.traceId),
  column('origin_topic text', text, (row) => row.origin.topic),
  column('origin_partition int4', int4, (row) => row.origin.partition),
  column('origin_offset int8', int8, (row) => row.origin.offset),
  column('origin_appended_at timestamptz', timestamptz, (row) => row.origin.appendedAt),
  column('origin_digest bytea', hex, (row) => row.origin.digest),
  column('prediction json', json, (row) => row.prediction),
  column('published_key bytea', bytea, (row) => row.publication.key),
  column('published_headers json', json, (row) => encodeHeaders(row.publication.headers)),
  column('published_value bytea', bytea, (row) => row.publication.value),
];

/** The table of decisions. */
export const DECISIONS: Table<Decision, StoredDecision> = {
  name: 'decisions',
  family: 'decisions',
  columns: COLUMNS,
  stored: [
    'origin_topic',
    'origin_partition',
    'origin_offset',
    "encode(origin_digest, 'hex')",
    'published_key',
    'published_headers::text',
    'published_value',
  ],
  storedOf: (values) => {
    const [topic, partition, offset, digest, key, headers, value] = values as [
      string,
      number,
      string,
      string,
      Buffer,
      string,
      Buffer,
    ];
    return {
      origin: { topic, partition, offset: Number(offset), digest },
      publication: { key, headers: decodeHeaders(headers), value },
    };
  },
};

/** The first decision of an identity stays. */
export const DECISION_RULES: RowRules<Decision, StoredDecision, Settlement> = {
  keyOf: ({ resultId }) => resultId,
  bytesOf: ({ prediction, publication }) => prediction.length + publication.value.length,
  storedOf: (decision) => decision,
  inserted: ({ publication }) => ({ kind: 'inserted', publication }),
  conflict: settleConflict,
};

import { ELEMENT } from '../storage/binary-array.js';
import type { RowRules } from '../storage/store-rows.js';
import { column, type Table } from '../storage/table.js';
import type { Action, ActionSettlement } from './action.js';
import { type Label, type LabelSettlement, settleLabelConflict, type StoredLabel } from './label.js';

const { uuid, text, hex, int4, int8, timestamptz } = ELEMENT;

/** The table of labels. */
export const LABELS: Table<Label, StoredLabel> = {
  name: 'labels',
  family: 'decisions',
  columns: [
    column('outcome_id uuid', uuid, (row) => row.outcomeId),
    column('result_id uuid', uuid, (row) => row.resultId),
    column('pipeline text', text, (row) => row.pipeline),
    column('source text', text, (row) => row.identity.source),
    column('event_id text', text, (row) => row.identity.id),
    column('label text', text, (row) => row.label),
    column('label_source text', text, (row) => row.labelSource),
    column('revision int8', int8, (row) => row.revision),
    column('observed_at timestamptz', timestamptz, (row) => row.observedAt),
    column('received_at timestamptz', timestamptz, (row) => row.receivedAt),
    column('trace_id bytea', hex, (row) => row.traceId),
    column('origin_topic text', text, (row) => row.origin.topic),
    column('origin_partition int4', int4, (row) => row.origin.partition),
    column('origin_offset int8', int8, (row) => row.origin.offset),
    column('origin_digest bytea', hex, (row) => row.origin.digest),
  ],
  stored: ['label', 'origin_topic', 'origin_partition', 'origin_offset', "encode(origin_digest, 'hex')"],
  storedOf: (values) => {
    const [label, topic, partition, offset, digest] = values as [string, string, number, string, string];
    return { label, origin: { topic, partition, offset: Number(offset), digest } };
  },
};

/** The first label of a source and revision stays. */
export const LABEL_RULES: RowRules<Label, StoredLabel, LabelSettlement> = {
  keyOf: ({ outcomeId }) => outcomeId,
  bytesOf: ({ identity, labelSource }) => 300 + 3 * (identity.id.length + identity.source.length + labelSource.length),
  storedOf: (label) => label,
  inserted: () => ({ kind: 'inserted' }),
  conflict: settleLabelConflict,
};

/** The table of actions. */
export const ACTIONS: Table<Action, null> = {
  name: 'actions',
  family: 'decisions',
  columns: [
    column('action_id uuid', uuid, (row) => row.actionId),
    column('result_id uuid', uuid, (row) => row.resultId),
    column('pipeline text', text, (row) => row.pipeline),
    column('source text', text, (row) => row.identity.source),
    column('event_id text', text, (row) => row.identity.id),
    column('action text', text, (row) => row.action),
    column('at timestamptz', timestamptz, (row) => row.at),
    column('by text', text, (row) => row.by),
    column('reason text', text, (row) => row.reason),
    column('received_at timestamptz', timestamptz, (row) => row.receivedAt),
    column('trace_id bytea', hex, (row) => row.traceId),
  ],
  stored: [],
  storedOf: () => null,
};

/** An action that is told again is the same action. */
export const ACTION_RULES: RowRules<Action, null, ActionSettlement> = {
  keyOf: ({ actionId }) => actionId,
  bytesOf: ({ identity, reason }) => 300 + 3 * (identity.id.length + identity.source.length + (reason?.length ?? 0)),
  storedOf: () => null,
  inserted: () => ({ kind: 'inserted' }),
  conflict: () => ({ kind: 'copy' }),
};

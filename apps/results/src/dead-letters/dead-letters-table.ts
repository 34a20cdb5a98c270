import { ELEMENT } from '../storage/binary-array.js';
import type { Refusal, RowRules } from '../storage/store-rows.js';
import { column, type Column, type Table } from '../storage/table.js';
import type { KeptDeadLetter } from './kept-dead-letter.js';

const { uuid, text, bytea, json, hex, int4, int8, bool, timestamptz } = ELEMENT;

const COLUMNS: readonly Column<KeptDeadLetter>[] = [
  column('dead_letter_id uuid', uuid, ({ letter }) => letter.deadLetterId),
  column('origin_appended_at timestamptz', timestamptz, ({ letter }) => Date.parse(letter.origin.appendedAt)),
  column('dead_at timestamptz', timestamptz, ({ letter }) => Date.parse(letter.deadAt)),
  column('origin_offset int8', int8, ({ letter }) => letter.origin.offset),
  column('record_offset int8', int8, ({ letter }) => letter.record.offset),
  column('origin_partition int4', int4, ({ letter }) => letter.origin.partition),
  column('record_partition int4', int4, ({ letter }) => letter.record.partition),
  column('redrive_attempt int4', int4, ({ letter }) => letter.redriveAttempt),
  column('redrive_bytes int4', int4, ({ redriveBytes }) => redriveBytes),
  column('born_closed bool', bool, ({ isBornClosed }) => (isBornClosed ? 1 : 0)),
  column('result_id uuid', uuid, ({ resultId }) => resultId),
  column('pipeline text', text, ({ letter }) => letter.pipeline),
  column('stage text', text, ({ letter }) => letter.stage),
  column('reason text', text, ({ letter }) => letter.reason),
  column('place text', text, ({ place }) => place),
  column('fingerprint text', text, ({ fingerprint }) => fingerprint),
  column('message text', text, ({ letter }) => letter.message),
  column('trace_id bytea', hex, ({ letter }) => traceIdOf(letter)),
  column('origin_topic text', text, ({ letter }) => letter.origin.topic),
  column('record_topic text', text, ({ letter }) => letter.record.topic),
  column('letter json', json, (row) => row.json),
  column('key bytea', bytea, ({ key }) => key),
  column('value bytea', bytea, ({ value }) => value),
  column('headers json', json, ({ headers }) => headers),
];

const TRACE_ID = /^[0-9a-f]{32}$/;

function traceIdOf({ traceId }: KeptDeadLetter['letter']): string | null {
  return traceId !== null && TRACE_ID.test(traceId) ? traceId : null;
}

/** What became of a dead letter in its transaction; a `copy` was written before and says nothing new. */
export type DeadLetterSettlement = { readonly kind: 'inserted' | 'copy' } | Refusal;

/** The table of dead letters. */
export const DEAD_LETTERS: Table<KeptDeadLetter, null> = {
  name: 'dead_letters',
  family: 'dead_letters',
  columns: COLUMNS,
  stored: [],
  storedOf: () => null,
};

/** The first copy of a dead letter stays. */
export const DEAD_LETTER_RULES: RowRules<KeptDeadLetter, null, DeadLetterSettlement> = {
  keyOf: ({ letter }) => letter.deadLetterId,
  bytesOf: ({ key, value, headers, json: letter }) =>
    (key?.length ?? 0) + (value?.length ?? 0) + headers.length + letter.length,
  storedOf: () => null,
  inserted: () => ({ kind: 'inserted' }),
  conflict: () => ({ kind: 'copy' }),
};

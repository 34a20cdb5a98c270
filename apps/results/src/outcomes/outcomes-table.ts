import { ELEMENT } from '../storage/binary-array.js';
import type { Publication } from '../storage/publication.js';
import { decodeHeaders, encodeHeaders } from '../storage/published-headers.js';
import { column, type Table } from '../storage/table.js';
import type { Outcome } from './outcome.js';

const { uuid, bytea, json, float8, bool, timestamptz } = ELEMENT;

/** The table of outcomes. */
export const OUTCOMES: Table<Outcome, Publication> = {
  name: 'outcomes',
  family: 'decisions',
  columns: [
    column('outcome_id uuid', uuid, (row) => row.outcomeId),
    column('value float8', float8, (row) => row.value),
    column('correct bool', bool, (row) => (row.correct ? 1 : 0)),
    column('joined_at timestamptz', timestamptz, (row) => row.joinedAt),
    column('published_key bytea', bytea, (row) => row.publication.key),
    column('published_headers json', json, (row) => encodeHeaders(row.publication.headers)),
    column('published_value bytea', bytea, (row) => row.publication.value),
  ],
  stored: ['published_key', 'published_headers::text', 'published_value'],
  storedOf: (values) => {
    const [key, headers, value] = values as [Buffer, string, Buffer];
    return { key, headers: decodeHeaders(headers), value };
  },
};

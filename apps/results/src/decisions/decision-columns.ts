import { binaryArray, ELEMENT, type ElementType } from './binary-array.js';
import type { Decision } from './decision.js';
import { encodeHeaders } from './published-headers.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly encode: (rows: readonly Decision[]) => Buffer;
}

const { uuid, text, bytea, json, hex, int4, int8, float8, bool, timestamptz } = ELEMENT;

/** Every column of an insert: its name, its type and where its value comes from. */
const COLUMNS: readonly Column[] = [
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

function column<T>(declaration: string, element: ElementType<T>, of: (row: Decision) => T | null): Column {
  const [name = '', type = ''] = declaration.split(' ');
  return { name, type, encode: (rows) => binaryArray(element, rows, of) };
}

const NAMES = COLUMNS.map(({ name }) => name).join(', ');
const ARRAYS = COLUMNS.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');

/** Inserts rows that no stored row conflicts with and returns their ids. */
export const INSERT_DECISIONS = `
  INSERT INTO decisions (${NAMES})
  SELECT * FROM unnest(${ARRAYS})
  ON CONFLICT (result_id) DO NOTHING
  RETURNING result_id`;

/** The parameters of {@link INSERT_DECISIONS}: one binary array per column. */
export function insertParameters(rows: readonly Decision[]): Buffer[] {
  return COLUMNS.map(({ encode }) => encode(rows));
}

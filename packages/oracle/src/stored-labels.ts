import { Client } from 'pg';
import { type Position, positionOf } from './record-parts.js';

/** A label as PostgreSQL has it. */
export interface StoredLabel {
  readonly resultId: string;
  /** The record that said it. */
  readonly position: Position;
  /** Name of the observed outcome. */
  readonly label: string;
  readonly labelSource: string;
  readonly revision: number;
  /** It is remembered as one without a decision. */
  readonly isWaiting: boolean;
}

/** An outcome as PostgreSQL has it. */
export interface StoredOutcome {
  /** SHA-256 of the value that was published. */
  readonly valueDigest: string;
}

/** Everything that PostgreSQL knows of the labels of a pipeline, by the id of label and outcome. */
export interface StoredLabels {
  readonly labels: ReadonlyMap<string, StoredLabel>;
  readonly outcomes: ReadonlyMap<string, StoredOutcome>;
}

interface LabelRow {
  readonly outcome_id: string;
  readonly result_id: string;
  readonly origin_partition: number;
  readonly origin_offset: string;
  readonly label: string;
  readonly label_source: string;
  readonly revision: string;
  readonly is_waiting: boolean;
}

interface OutcomeRow {
  readonly outcome_id: string;
  readonly value_digest: string;
}

const READ_LABELS = `
  SELECT outcome_id, result_id, origin_partition, origin_offset, label, label_source, revision,
         EXISTS (SELECT FROM results.waiting_labels AS waiting WHERE waiting.outcome_id = labels.outcome_id) AS is_waiting
    FROM results.labels WHERE pipeline = $1`;

/** Outcomes have the id of their label, and the label knows its pipeline. */
const READ_OUTCOMES = `
  SELECT outcome_id, encode(sha256(published_value), 'hex') AS value_digest
    FROM results.outcomes JOIN results.labels USING (outcome_id) WHERE pipeline = $1`;

/** Reads the labels and outcomes of a pipeline. */
export async function readLabels(databaseUrl: string, pipeline: string): Promise<StoredLabels> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'pitwall-oracle' });
  await client.connect();
  try {
    const labels = await client.query<LabelRow>(READ_LABELS, [pipeline]);
    const outcomes = await client.query<OutcomeRow>(READ_OUTCOMES, [pipeline]);
    return {
      labels: new Map(labels.rows.map((row) => [row.outcome_id, storedLabel(row)])),
      outcomes: new Map(outcomes.rows.map(({ outcome_id: id, value_digest: valueDigest }) => [id, { valueDigest }])),
    };
  } finally {
    await client.end();
  }
}

function storedLabel(row: LabelRow): StoredLabel {
  return {
    resultId: row.result_id,
    position: positionOf({ partition: row.origin_partition, offset: Number(row.origin_offset) }),
    label: row.label,
    labelSource: row.label_source,
    revision: Number(row.revision),
    isWaiting: row.is_waiting,
  };
}

import { type OutcomeId, type OutcomeMessage, outcomeMessageSchema, outcomesTopic } from '@pitwall/contracts';
import { type InboundRecord, parseMessage } from '@pitwall/messaging';
import { transactInGeneration } from '@pitwall/persistence';
import type { ImportReport, RecoveryContext } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import type { Outcome } from '../outcomes/outcome.js';
import { OUTCOMES } from '../outcomes/outcomes-table.js';
import { ELEMENT } from '../storage/binary-array.js';
import { sortedFirsts, statementsOf } from '../storage/store-rows.js';
import { TableStatements } from '../storage/table-statements.js';
import { column, type Table } from '../storage/table.js';
import type { ImportScope } from './import-decisions.js';
import { rangeSince } from './log-positions.js';

/** Outcomes that were found missing, so that a copy is not counted again. */
const FOUND_OUTCOMES: Table<Outcome, null> = {
  name: 'found_outcomes',
  columns: [column('outcome_id uuid', ELEMENT.uuid, ({ outcomeId }) => outcomeId)],
  stored: [],
  storedOf: () => null,
};

const CREATE = 'CREATE TEMPORARY TABLE found_outcomes (outcome_id uuid PRIMARY KEY)';

const FIND_MISSING = `
  SELECT wanted.outcome_id FROM unnest($1::uuid[]) AS wanted (outcome_id)
  WHERE NOT EXISTS (SELECT FROM outcomes WHERE outcomes.outcome_id = wanted.outcome_id)`;

const RULES = {
  keyOf: ({ outcomeId }: Outcome) => outcomeId,
  bytesOf: ({ publication }: Outcome) => publication.value.length,
};

/**
 * Brings back the outcomes that were published and are not stored any more, with the bytes that were published of them. Their
 * labels are read again: they find these outcomes as those of another transaction that was first.
 */
export async function importOutcomes(
  context: RecoveryContext,
  { client, since }: ImportScope,
): Promise<ImportReport['imports'][number]> {
  await client.query(CREATE);
  const [found, statements] = [new TableStatements(client, FOUND_OUTCOMES), new TableStatements(client, OUTCOMES)];
  const { name } = context.pipeline;
  const range = await rangeSince(context, outcomesTopic.name(name), since);
  let rows = 0;
  for await (const { records } of context.reader.read([range], context.signal)) {
    const outcomes = sortedFirsts(
      records.flatMap((record) => readPublishedOutcome(record, name) ?? []),
      RULES,
    );
    for (const part of statementsOf(await missingOf(client, outcomes), RULES)) {
      const fresh = new Set(await found.insert(part));
      rows += fresh.size;
      const missing = part.filter(({ outcomeId }) => fresh.has(outcomeId));
      if (context.mode === 'dry-run' || missing.length === 0) continue;
      await transactInGeneration(client, () => statements.insert(missing));
    }
  }
  return { pipeline: name, what: 'outcomes', rows };
}

async function missingOf(client: PoolClient, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  if (outcomes.length === 0) return [];
  const { rows } = await client.query<[string]>({
    text: FIND_MISSING,
    values: [outcomes.map(({ outcomeId }) => outcomeId)],
    rowMode: 'array',
  });
  const missing = new Set(rows.map(([id]) => id));
  return outcomes.filter(({ outcomeId }) => missing.has(outcomeId));
}

/** Reads a record of the outcomes topic: the row that was stored when it was published. Null where it is none of the pipeline. */
function readPublishedOutcome(
  { key, value, headers }: Pick<InboundRecord, 'key' | 'value' | 'headers'>,
  pipeline: string,
): Outcome | null {
  const parsed = parseMessage(outcomeMessageSchema, value);
  if (!parsed.ok || key === null || value === null || parsed.value.pipeline !== pipeline) return null;
  const outcome: OutcomeMessage = parsed.value;
  return {
    outcomeId: outcome.outcomeId as OutcomeId,
    value: outcome.value.amount,
    correct: outcome.correct,
    joinedAt: Date.parse(outcome.joinedAt),
    labelDelayMs: outcome.labelDelayMs,
    publication: { key, value, headers },
  };
}

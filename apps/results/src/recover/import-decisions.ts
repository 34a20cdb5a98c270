import {
  formatOrigin,
  HEADER,
  predictionMessageSchema,
  predictionsTopic,
  type RecoveryGroup,
  resultIdOf,
  resultsTopic,
} from '@pitwall/contracts';
import { headerOf, type InboundRecord, parseMessage } from '@pitwall/messaging';
import { transactInGeneration } from '@pitwall/persistence';
import type { ImportReport, RecoveryContext } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import type { Decision } from '../decisions/decision.js';
import { DECISION_RULES, DECISIONS } from '../decisions/decisions-table.js';
import { sortedFirsts, statementsOf } from '../storage/store-rows.js';
import { TableStatements } from '../storage/table-statements.js';
import { rangeSince, unreadRange } from './log-positions.js';
import { importedDecision, readPublishedResult } from './published-result.js';
import { PublishedResults } from './published-results-table.js';
import { SettledPredictions } from './settled-predictions.js';

/** Where the import of a pipeline works, and from which time on results may be missing. */
export interface ImportScope {
  readonly client: PoolClient;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A prediction as far as the import looks at it. */
interface ReadPrediction {
  readonly record: InboundRecord;
  readonly resultId: string;
  readonly origin: string;
}

/**
 * Brings back the decisions that were published and are not stored any more, with the bytes that were published of them: the
 * predictions come again and find these as conflicts. The prediction that each was taken of is read again as well; that shows
 * whether every prediction that had been settled is accounted for.
 */
export async function importDecisions(
  context: RecoveryContext,
  scope: ImportScope,
  group: RecoveryGroup,
): Promise<ImportReport> {
  const { client } = scope;
  const published = await PublishedResults.begin(client);
  await keepPublished(context, scope, published);
  const settled = new SettledPredictions(group);
  const statements = new TableStatements(client, DECISIONS);
  let rows = 0;
  for await (const { records } of context.reader.read([unreadRange(group)], context.signal)) {
    const predictions = records.flatMap((record) => readPrediction(record, context.pipeline.name));
    const decisions = await decisionsOf(published, predictions, context.pipeline.name);
    rows +=
      context.mode === 'apply'
        ? await transactInGeneration(client, () => insert(statements, decisions))
        : decisions.length;
    await settled.check(published, predictions);
  }
  const problems = [
    ...(await settled.problems(context, scope.since)),
    ...unmatched(published, predictionsTopic.name(context.pipeline.name)),
  ];
  return { imports: [{ pipeline: context.pipeline.name, what: 'decisions', rows }], problems };
}

async function keepPublished(
  context: RecoveryContext,
  { since }: ImportScope,
  published: PublishedResults,
): Promise<void> {
  const { name } = context.pipeline;
  const range = await rangeSince(context, resultsTopic.name(name), since);
  for await (const { records } of context.reader.read([range], context.signal)) {
    // What is no result of ours was never stored here.
    await published.keepMissing(records.flatMap((record) => readPublishedResult(record, name) ?? []));
  }
  await published.allKept();
}

/** What cannot be read was dead-lettered when it came, and will be again. */
function readPrediction(record: InboundRecord, pipeline: string): ReadPrediction[] {
  const parsed = parseMessage(predictionMessageSchema, record.value);
  const origin = headerOf(record.headers, HEADER.origin)?.toString('utf8');
  if (!parsed.ok || origin === undefined || parsed.value.pipeline !== pipeline) return [];
  return [{ record, resultId: resultIdOf(pipeline, parsed.value), origin }];
}

/** Of copies the first: it is the one that was decided, as all before it are known to the database. */
async function decisionsOf(
  published: PublishedResults,
  predictions: readonly ReadPrediction[],
  pipeline: string,
): Promise<Decision[]> {
  if (predictions.length === 0) return [];
  const taken = await published.take(predictions);
  return sortedFirsts(predictions, { keyOf: ({ resultId, origin }) => `${resultId} ${origin}` }).flatMap(
    ({ record, resultId, origin }) => {
      const publication = taken.get(resultId);
      const result = publication === undefined ? null : readPublishedResult(publication, pipeline);
      if (result === null || formatOrigin(result.origin) !== origin) return [];
      return [importedDecision(result, record.value as Buffer)];
    },
  );
}

async function insert(statements: TableStatements<Decision, unknown>, decisions: readonly Decision[]): Promise<number> {
  let rows = 0;
  for (const part of statementsOf(sortedFirsts(decisions, DECISION_RULES), DECISION_RULES)) {
    rows += (await statements.insert(part)).length;
  }
  return rows;
}

function unmatched({ missing, taken }: PublishedResults, topic: string): string[] {
  if (missing === taken) return [];
  return [
    `${missing - taken} results were published whose decisions are missing and whose predictions are not in ${topic} where they should be, behind what the database knows. Was the database restored together with another cluster's log? With --accept-gaps they are left out.`,
  ];
}

import { feedbackTopic, predictionsTopic } from '@pitwall/contracts';
import type { ImportReport, RecoveryContext } from '@pitwall/runtime';
import { importDecisions } from './import-decisions.js';
import { importOutcomes } from './import-outcomes.js';
import { groupOf, publishedSince } from './log-positions.js';

const NOTHING: ImportReport = { imports: [], problems: [] };

/** Brings back the decisions and outcomes that results has published and that its database does not know any more. */
export async function importPublished(context: RecoveryContext): Promise<ImportReport> {
  const predictions = groupOf(context, predictionsTopic);
  const feedback = groupOf(context, feedbackTopic);
  if (predictions === undefined || feedback === undefined) return NOTHING;
  const since = await publishedSince(context, [predictions, feedback]);
  if (since === null) return NOTHING;
  const client = await context.database.pool.connect();
  try {
    const scope = { client, since };
    const decisions = await importDecisions(context, scope, predictions);
    const outcomes = await importOutcomes(context, scope);
    return { imports: [...decisions.imports, outcomes], problems: decisions.problems };
  } finally {
    // Its temporary tables go with it.
    client.release(true);
  }
}

import {
  deadLetterSchema,
  deadLettersTopic,
  HEADER,
  predictionsTopic,
  type RecoveryGroup,
  resultsTopic,
} from '@pitwall/contracts';
import { headerOf, type InboundRecord, parseJson } from '@pitwall/messaging';
import type { RecoveryContext } from '@pitwall/runtime';
import { rangeSince } from './log-positions.js';
import type { PublishedResults } from './published-results-table.js';

/** More than that are counted only: there are none as a rule. */
const MAX_UNEXPLAINED = 100_000;

/**
 * Predictions below the committed offset: whatever became of each was published before that offset was committed. One without
 * a decision that is stored or published must have its dead letter; otherwise what was published of it is gone from the log,
 * and it would be decided a second time.
 */
export class SettledPredictions {
  private readonly committed: ReadonlyMap<number, number>;
  private readonly unexplained = new Set<string>();
  private uncounted = 0;

  constructor({ partitions }: RecoveryGroup) {
    this.committed = new Map(partitions.map(({ partition, committedOffset }) => [partition, committedOffset ?? 0]));
  }

  /** Looks at the next predictions, after what was published of them was taken. */
  async check(
    published: PublishedResults,
    predictions: readonly { readonly record: InboundRecord; readonly resultId: string }[],
  ): Promise<void> {
    const settled = predictions.filter(({ record }) => record.offset < (this.committed.get(record.partition) ?? 0));
    const unknown = await published.findUnknown(settled.map(({ resultId }) => resultId));
    if (unknown.size === 0) return;
    for (const { record, resultId } of settled) {
      if (!unknown.has(resultId)) continue;
      if (this.unexplained.size < MAX_UNEXPLAINED) this.unexplained.add(placeOf(record));
      else this.uncounted += 1;
    }
  }

  /** What stands against deciding them again. */
  async problems(context: RecoveryContext, since: number): Promise<string[]> {
    if (this.unexplained.size > 0) await this.explainByDeadLetters(context, since);
    const count = this.unexplained.size + this.uncounted;
    if (count === 0) return [];
    const { name } = context.pipeline;
    const first = this.unexplained.values().next().value ?? 'unknown';
    return [
      `${count} predictions of ${predictionsTopic.name(name)} had been settled, but ${resultsTopic.name(name)} and ${deadLettersTopic.name(name)} do not hold any more what was published of them (the first is ${first}): they would be decided a second time, maybe otherwise. Restore a newer backup; or, if there is none, accept that by --accept-gaps.`,
    ];
  }

  private async explainByDeadLetters(context: RecoveryContext, since: number): Promise<void> {
    const { name } = context.pipeline;
    const range = await rangeSince(context, deadLettersTopic.name(name), since);
    for await (const { records } of context.reader.read([range], context.signal)) {
      for (const record of records) {
        const place = deadPrediction(record, predictionsTopic.name(name));
        if (place !== null) this.unexplained.delete(place);
      }
    }
  }
}

/** Which prediction a dead letter is about; null where it is about another record. */
function deadPrediction({ headers }: InboundRecord, topic: string): string | null {
  // The last one is ours: a producer may have sent one, too.
  const header = headerOf(headers.toReversed(), HEADER.deadLetter) ?? null;
  const json = header === null ? null : parseJson(header);
  if (json === null || !json.ok) return null;
  const letter = deadLetterSchema.safeParse(json.value);
  if (!letter.success || letter.data.record.topic !== topic) return null;
  return letter.data.stage === 'results' ? placeOf(letter.data.record) : null;
}

function placeOf({ partition, offset }: { readonly partition: number; readonly offset: number }): string {
  return `partition ${partition} offset ${offset}`;
}

import { deadLettersTopic, outcomesTopic, resultsTopic } from '@pitwall/contracts';
import type { InboundRecord, Subscription } from '@pitwall/messaging';
import type { Platform } from '../platform/platform.js';
import type { Tally } from './tally.js';

/**
 * Reads results, outcomes and dead letters into the tally, as any downstream consumer would. Its group lasts, so a later start goes on
 * where this one stopped.
 */
export function watchOutcomes(
  { client, pipeline }: Platform,
  tally: Tally,
  print: (line: string) => void,
): Promise<Subscription> {
  let isFirst = true;
  const readers: Readonly<Record<string, (record: InboundRecord) => void>> = {
    [resultsTopic.name(pipeline.name)]: (record) => {
      tally.result(record);
      if (isFirst) print(`First decision ${(performance.now() / 1000).toFixed(1)} s after the start.`);
      isFirst = false;
    },
    [outcomesTopic.name(pipeline.name)]: (record) => tally.outcome(record),
    [deadLettersTopic.name(pipeline.name)]: (record) => tally.deadLetter(record),
  };
  return client.consume({
    groupId: `pitwall.demo.${pipeline.name}`,
    topics: Object.keys(readers),
    concurrency: 2,
    onBatch: ({ records }) => {
      for (const record of records) readers[record.topic]?.(record);
      return Promise.resolve();
    },
    onState: ({ phase, reason }) => {
      if (phase === 'failed') print(`The live line does not count decisions any more: ${reason}`);
    },
  });
}

import { deadLettersTopic, resultsTopic } from '@pitwall/contracts';
import type { InboundRecord, Subscription } from '@pitwall/messaging';
import type { Platform } from '../platform/platform.js';
import type { Tally } from './tally.js';

/**
 * Reads results and dead letters into the tally, as any downstream consumer would. Its group lasts, so a later start goes on
 * where this one stopped.
 */
export function watchOutcomes(
  { client, pipeline }: Platform,
  tally: Tally,
  print: (line: string) => void,
): Promise<Subscription> {
  const results = resultsTopic.name(pipeline.name);
  let isFirst = true;
  const count = (record: InboundRecord): void => {
    if (record.topic !== results) return tally.deadLetter(record);
    tally.result(record);
    if (isFirst) print(`First decision ${(performance.now() / 1000).toFixed(1)} s after the start.`);
    isFirst = false;
  };
  return client.consume({
    groupId: `pitwall.demo.${pipeline.name}`,
    topics: [results, deadLettersTopic.name(pipeline.name)],
    concurrency: 2,
    onBatch: ({ records }) => {
      for (const record of records) count(record);
      return Promise.resolve();
    },
    onState: ({ phase, reason }) => {
      if (phase === 'failed') print(`The live line does not count decisions any more: ${reason}`);
    },
  });
}

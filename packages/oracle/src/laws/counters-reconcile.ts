import type { Account } from '../account/account.js';
import { COUNTED_KINDS } from '../account/own-windows.js';
import { counted, type Finding, found, type Law } from './law.js';

/** L7. */
export const countersReconcile: Law = {
  code: 'L7',
  promise: 'What is stored, published, counted and committed is the same number of things.',
  findings: (account) => [
    ...counted('stored decisions were never published', account.verdict.breaches.notPublished),
    ...found('partitions have another progress than offset', wrongProgress(account)),
    ...found('kinds of records were counted another number of times', wrongCounts(account)),
    ...unkeptDeadLetters(account),
  ],
};

function wrongProgress({ progress }: Account): readonly string[] {
  return progress
    .filter(({ nextOffset, committed, end }) => nextOffset !== committed || committed !== end)
    .map(
      ({ group, topic, partition, nextOffset, committed, end }) =>
        `${group} on ${topic}/${partition}: stored ${nextOffset}, committed ${committed}, end ${end}`,
    );
}

function wrongCounts({ own, windows }: Account): readonly string[] {
  return COUNTED_KINDS.filter((kind) => own.ids[kind].size !== windows.ids[kind]).map(
    (kind) => `${windows.ids[kind]} of ${own.ids[kind].size} ${kind}`,
  );
}

function unkeptDeadLetters({ own, keptDeadLetters }: Account): readonly Finding[] {
  const published = own.ids['dead-letter'].size;
  const what = `dead letters are kept too many or too few: ${published} are published, ${keptDeadLetters} are kept`;
  return counted(what, Math.abs(published - keptDeadLetters));
}

import type { Account } from '../account/account.js';
import { counted, found, type Law } from './law.js';

/** L1. */
export const everyRecordEnds: Law = {
  code: 'L1',
  promise:
    'Every acknowledged record ends as exactly one of decided, duplicate or dead letter, as its content deserves.',
  findings: (account) => {
    const { lost, breaches } = account.verdict;
    return [
      ...counted('records are lost', lost),
      ...counted('records ended twice', breaches.endedTwice),
      ...counted('records were decided that must be refused', breaches.poisonDecided),
      ...found('records were refused for a reason that is not theirs', wronglyRefused(account)),
    ];
  },
};

function wronglyRefused({ evidence, sent }: Account): readonly string[] {
  const digests = new Map(evidence.raw.map(({ position, digest }) => [position, digest]));
  return [...evidence.deadLetters.values()].flatMap(({ position, reason }) => {
    const endings = sent.endingsOf(digests.get(position) ?? '');
    if (endings === undefined || endings.includes(reason)) return [];
    return [`${position} as ${reason} instead of ${endings.map((ending) => ending ?? 'decided').join(' or ')}`];
  });
}

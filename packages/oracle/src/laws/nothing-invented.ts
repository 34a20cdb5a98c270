import { counted, found, type Law } from './law.js';

/** L5. */
export const nothingInvented: Law = {
  code: 'L5',
  promise: 'There is no result of an event that was never sent.',
  findings: ({ verdict, evidence, sent }) => [
    ...counted('decisions are of no raw record', verdict.breaches.neverSent),
    ...counted('published results are not stored, or otherwise', verdict.breaches.notStored),
    ...found(
      'raw records hold what nobody sent',
      evidence.raw.filter(({ digest }) => sent.endingsOf(digest) === undefined).map(({ position }) => position),
    ),
  ],
};

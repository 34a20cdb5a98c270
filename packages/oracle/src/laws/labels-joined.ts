import { LABEL_BREACHES, type LabelBreach } from '../judge-labels.js';
import { counted, type Law } from './law.js';

/** What is wrong where a count is not 0. */
const WORDS: Readonly<Record<LabelBreach, string>> = {
  labelsEndedTwice: 'labels were kept and refused',
  labelsEndedOtherwise: 'records of feedback ended otherwise than they deserve',
  waitingForgotten: 'labels wait for a decision and are not remembered to',
  labelsNeverSent: 'labels are kept that nobody sent',
  outcomesDiffer: 'outcomes have copies that differ',
  outcomesNotPublished: 'outcomes are stored and were never published',
  outcomesNotStored: 'outcomes are published and not stored',
  outcomesWrong: 'outcomes do not follow from decision and label',
};

/** L9. */
export const labelsJoined: Law = {
  code: 'L9',
  promise:
    'Every acknowledged label is joined with its decision, waits for it, is replaced, repeated or refused, as it deserves.',
  findings: ({ labels: { labels, breaches } }) => [
    ...counted('labels are lost', labels.lost),
    ...LABEL_BREACHES.flatMap((breach) => counted(WORDS[breach], breaches[breach])),
  ],
};

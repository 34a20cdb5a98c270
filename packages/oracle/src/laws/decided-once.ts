import { counted, type Law } from './law.js';

/** L2. */
export const decidedOnce: Law = {
  code: 'L2',
  promise: 'Every identity has at most one decision.',
  findings: ({ verdict }) => counted('identities are decided twice', verdict.breaches.decidedTwice),
};

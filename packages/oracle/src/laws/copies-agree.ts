import { found, type Law } from './law.js';

/** L3. */
export const copiesAgree: Law = {
  code: 'L3',
  promise: 'All copies of a result are the same bytes.',
  findings: ({ evidence }) =>
    found(
      'results have copies that differ',
      [...evidence.results].filter(([, { isTorn }]) => isTorn).map(([resultId]) => resultId),
    ),
};

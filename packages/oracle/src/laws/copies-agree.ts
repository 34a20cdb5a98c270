import { findings, type Law } from './law.js';

/** L3. */
export const copiesAgree: Law = {
  code: 'L3',
  promise: 'All copies of a result are the same bytes.',
  violations: ({ evidence }) =>
    findings(
      'results have copies that differ',
      [...evidence.results].filter(([, { isTorn }]) => isTorn).map(([resultId]) => resultId),
    ),
};

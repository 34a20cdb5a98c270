import type { RetainedFamily } from '@pitwall/runtime';

/** How the tables of monitoring are cut by time. The label that counts goes with the window that it counts in. */
export const FAMILIES = [
  {
    name: 'counted',
    daysOf: ({ duplicatesDays }) => duplicatesDays,
    tables: ['counted_records'],
    satellites: [],
  },
  {
    name: 'windows',
    daysOf: ({ windowsDays }) => windowsDays,
    tables: ['counted_labels', 'window_counts'],
    satellites: [],
  },
] as const satisfies readonly RetainedFamily[];

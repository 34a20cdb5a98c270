import type { RetainedFamily } from '@pitwall/runtime';

/** How the tables of results are cut by time. */
export const FAMILIES = [
  {
    name: 'decisions',
    daysOf: ({ decisionsDays }) => decisionsDays,
    tables: ['decisions', 'labels', 'outcomes', 'actions'],
    satellites: [{ table: 'waiting_labels', isOlder: 'since < $1' }],
  },
  {
    name: 'dead_letters',
    daysOf: ({ deadLettersDays }) => deadLettersDays,
    tables: ['dead_letters'],
    satellites: [
      { table: 'dead_letter_edits', isOlder: 'edited_at < $1' },
      { table: 'dead_letter_discards', isOlder: 'discarded_at < $1' },
      { table: 'settled_redrives', isOlder: 'settled_at < $1' },
      {
        table: 'redriven_letters',
        isOlder: 'redrive_id IN (SELECT redrive_id FROM redrives WHERE finished_at < $1)',
      },
      { table: 'redrives', isOlder: 'finished_at < $1' },
    ],
  },
] as const satisfies readonly RetainedFamily[];

/** Tables that are cut together. */
export type Family = (typeof FAMILIES)[number]['name'];

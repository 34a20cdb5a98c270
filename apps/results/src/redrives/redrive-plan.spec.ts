import { redrivePlanSchema } from '@pitwall/contracts';
import { type CategoryCount, recordsToSend, redrivePlan } from './redrive-plan.js';

const count = (
  category: CategoryCount['category'],
  records: number,
  parts: Partial<CategoryCount> = {},
): CategoryCount => ({
  category,
  records,
  topic: 'p.events.v1',
  edited: 0,
  ...parts,
});

describe('redrivePlan', () => {
  it('counts each dead letter once: where it goes, why nothing is to be done, or why it is held back', () => {
    const plan = redrivePlan([
      count('toSend', 5, { edited: 1 }),
      count('toSend', 3, { topic: 'p.features.v1', edited: 2 }),
      count('decided', 7),
      count('decided', 1, { topic: 'p.features.v1' }),
      count('bornClosed', 11),
      count('superseded', 13),
      count('discarded', 17),
      count('taken', 19),
      count('loopGuard', 23, { edited: 0 }),
      count('unsendable', 29, { topic: 'q.events.v1', edited: 4 }),
    ]);
    expect(redrivePlanSchema.parse(plan)).toEqual({
      selected: 128,
      toSend: [
        { topic: 'p.events.v1', records: 5 },
        { topic: 'p.features.v1', records: 3 },
      ],
      edited: 3,
      noOps: { decided: 8, bornClosed: 11, superseded: 13, discarded: 17, taken: 19 },
      heldBack: { loopGuard: 23, unsendable: 29 },
    });
    expect(recordsToSend(plan)).toBe(8);
  });

  it('of nothing sends nothing', () => {
    expect(redrivePlan([])).toMatchObject({ selected: 0, toSend: [] });
  });
});

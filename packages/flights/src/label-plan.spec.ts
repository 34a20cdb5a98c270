import { feedbackMessageSchema } from '@pitwall/contracts';
import { BAD_FEEDBACK, type LabelFields } from './bad-feedback.js';
import type { Flight } from './flight.js';
import { type LabelNoise, LabelPlan, type PlannedFeedback } from './label-plan.js';
import type { Label } from './label.js';
import { randomAt } from './random.js';

const MINUTE_MS = 60_000;
const aFlight = (index: number): Flight => ({
  index,
  id: `f${index}`,
  eventTimeMs: 0,
  entity: `N${index % 7}`,
  text: '',
});
const aLabel = (index: number): Label => ({
  index,
  flightId: `f${index}`,
  knownMs: index * MINUTE_MS,
  isLate: index % 3 === 0,
});

const noise: LabelNoise = { seed: 7, correctedShare: 0.05, repeatedShare: 0.05, orphanShare: 0.05, badShare: 0.05 };

/** What is sent of 2,000 labels, a minute apart, and when. */
const sent = (given: LabelNoise): { readonly atMs: number; readonly feedback: PlannedFeedback }[] => {
  const plan = new LabelPlan(given, '/flights');
  const labels = Array.from({ length: 2_000 }, (_, index) => aLabel(index));
  const turns = labels.flatMap((label) =>
    plan.turnOf(label, aFlight(label.index)).map((feedback) => ({ atMs: label.knownMs, feedback })),
  );
  return [...turns, ...plan.rest().map((feedback) => ({ atMs: Infinity, feedback }))];
};

const fieldsOf = ({ value }: PlannedFeedback): LabelFields => JSON.parse(String(value)) as LabelFields;

describe('LabelPlan', () => {
  it('makes a label as the contract has it', () => {
    const label = new LabelPlan({ ...noise, seed: 1 }, '/flights').turnOf(aLabel(3), aFlight(3)).at(0);
    expect(label).toMatchObject({ kind: 'label', entity: 'N3', expected: 'joined' });
    expect(feedbackMessageSchema.parse(fieldsOf(label as PlannedFeedback))).toEqual({
      kind: 'label',
      id: 'f3',
      source: '/flights',
      label: true,
      observedAt: '1970-01-01T00:03:00.000Z',
      labelSource: 'airport',
      revision: 1,
    });
  });

  it('makes nothing of a label that never became known, or of a flight that was not sent', () => {
    const plan = new LabelPlan(noise, '/flights');
    expect(plan.turnOf({ ...aLabel(1), isLate: null }, aFlight(1))).toEqual([]);
    expect(plan.turnOf(aLabel(2), null)).toEqual([]);
  });

  it('says the truth of each flight in its last revision, whatever the noise', () => {
    const last = new Map<string, LabelFields>();
    for (const { feedback } of sent(noise)) {
      if (feedback.kind === 'bad') continue;
      const fields = fieldsOf(feedback);
      const known = last.get(fields.id);
      if (known === undefined || fields.revision > known.revision) last.set(fields.id, fields);
    }
    const truth = Array.from({ length: 2_000 }, (_, index) => aLabel(index));
    expect(truth.map(({ flightId }) => last.get(flightId)?.label)).toEqual(truth.map(({ isLate }) => isLate));
  });

  it('corrects, repeats, and sends orphans and bad records in about the wanted shares', () => {
    const counts = new Map<string, number>();
    for (const { feedback } of sent(noise)) counts.set(feedback.kind, (counts.get(feedback.kind) ?? 0) + 1);
    expect(counts.get('wrong')).toBe(counts.get('correction'));
    expect((counts.get('label') ?? 0) + (counts.get('wrong') ?? 0)).toBe(2_000);
    for (const kind of ['correction', 'repeated', 'orphan', 'bad']) {
      expect(counts.get(kind)).toBeGreaterThan(60);
      expect(counts.get(kind)).toBeLessThan(140);
    }
  });

  /** Each record of this kind, and the first one of its event. */
  const withFirst = (kind: PlannedFeedback['kind']) => {
    const all = sent(noise).filter(({ feedback }) => feedback.kind !== 'bad');
    const idOf = ({ feedback }: (typeof all)[number]): string => fieldsOf(feedback).id;
    return all
      .filter(({ feedback }) => feedback.kind === kind)
      .map((later) => ({ later, first: all.find((one) => idOf(one) === idOf(later)) ?? later }));
  };

  it('repeats a label byte by byte, after it', () => {
    for (const { later, first } of withFirst('repeated')) {
      expect(later.atMs).toBeGreaterThan(first.atMs);
      expect({ ...later.feedback, kind: 'label', expected: 'joined' }).toEqual(first.feedback);
    }
  });

  it('corrects after the wrong label, in a second revision under the same key', () => {
    for (const { later, first } of withFirst('correction')) {
      expect(later.atMs).toBeGreaterThan(first.atMs);
      expect([first.feedback.kind, first.feedback.entity]).toEqual(['wrong', later.feedback.entity]);
      expect(fieldsOf(later.feedback)).toMatchObject({ label: !fieldsOf(first.feedback).label, revision: 2 });
    }
  });
});

describe('BAD_FEEDBACK', () => {
  const label: LabelFields = {
    kind: 'label',
    id: 'f1',
    source: '/flights',
    label: true,
    observedAt: '2013-04-01T12:00:00.000Z',
    labelSource: 'airport',
    revision: 1,
  };

  const isContract = (value: PlannedFeedback['value']): boolean => {
    try {
      return feedbackMessageSchema.safeParse(JSON.parse(String(value))).success;
    } catch {
      return false;
    }
  };

  it.each(BAD_FEEDBACK)('$name breaks the contract exactly where that is its reason', ({ make, reason }) => {
    expect(isContract(make(label, randomAt(1, 1)))).toBe(reason !== 'invalid_feedback');
  });
});

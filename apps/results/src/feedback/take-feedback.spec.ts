import { contentDigest, feedbackMessageSchema, outcomeIdOf, resultIdOf } from '@pitwall/contracts';
import { POLICY } from '../../test/a-prediction.js';
import { type FeedbackRules, takeFeedback } from './take-feedback.js';

const RULES: FeedbackRules = {
  name: 'flights',
  decision: POLICY,
  feedback: { horizonMs: 1000, labelSources: null },
};
const ORIGIN = {
  topic: 'flights.feedback.v1',
  partition: 1,
  offset: 2,
  appendedAt: 3,
  digest: contentDigest(null, null),
};
const LABEL = { kind: 'label', id: 'E-1', label: true, observedAt: '2013-04-01T12:15:00+02:00' };

const take = (feedback: object, rules = RULES) =>
  takeFeedback(
    feedbackMessageSchema.parse({ ...LABEL, ...feedback }),
    { origin: ORIGIN, traceId: 'f'.repeat(32) },
    rules,
  );

describe('takeFeedback', () => {
  it('names the outcome, fills in what the sender left out, and knows when and where it came', () => {
    const resultId = resultIdOf('flights', { source: '/flights', id: 'E-1' });
    expect(take({})).toEqual({
      kind: 'label',
      outcomeId: outcomeIdOf(resultId, { labelSource: 'default', revision: 0 }),
      resultId,
      pipeline: 'flights',
      identity: { source: '/flights', id: 'E-1' },
      label: 'late',
      labelSource: 'default',
      revision: 0,
      observedAt: Date.UTC(2013, 3, 1, 10, 15),
      receivedAt: 3,
      traceId: 'f'.repeat(32),
      origin: ORIGIN,
    });
  });

  it.each([
    ['another event', { id: 'E-2' }],
    ['another source of the event', { source: '/other' }],
    ['another source of the label', { labelSource: 'tower' }],
    ['another revision', { revision: 1 }],
  ])('gives another id to the label of %s', (_, other) => {
    const [label, different] = [take({}), take(other)];
    expect('outcomeId' in label && 'outcomeId' in different && label.outcomeId !== different.outcomeId).toBe(true);
  });

  it.each([
    ['0000-01-01T00:00:00+00:01', 'dead'],
    ['0000-01-01T00:00:00Z', 'label'],
    ['9999-12-31T23:59:59Z', 'label'],
    ['9999-12-31T23:59:59-00:01', 'dead'],
  ])('takes the time %s for a %s', (observedAt, kind) => {
    expect(take({ observedAt }).kind).toBe(kind);
  });

  it('lists the sources that the definition allows', () => {
    const rules = { ...RULES, feedback: { horizonMs: 1000, labelSources: ['tower', 'airline'] } };
    expect(take({ labelSource: 'tower' }, rules).kind).toBe('label');
    expect(take({}, rules)).toMatchObject({
      reason: 'invalid_feedback',
      message:
        'The label comes from "default", expected one of the definition\'s feedback.labelSources: tower, airline.',
    });
  });
});

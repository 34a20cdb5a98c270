import type { OutcomeEvidence } from './label-evidence.js';
import { finalOutcomes, performanceByModel } from './performance.js';
import { differingModels } from './windows.js';

const anOutcome = (resultId: string, revision: number, given: Partial<OutcomeEvidence> = {}): OutcomeEvidence => ({
  resultId,
  identity: 'i',
  decision: 'intervene',
  model: 'm@1',
  label: 'late',
  labelSource: 's',
  revision,
  isCorrect: true,
  amount: 80,
  currency: 'USD',
  traceId: 't',
  isSampled: false,
  decisionTraceId: 't',
  appendedAt: 0,
  digest: 'd',
  valueDigest: 'd',
  copies: 1,
  isTorn: false,
  ...given,
});

const WRONG = { isCorrect: false, amount: -40 };
const OUTCOMES = [
  anOutcome('a', 2, WRONG),
  anOutcome('a', 1),
  anOutcome('b', 1),
  anOutcome('c', 1, { model: 'fallback', amount: 0 }),
];

describe('finalOutcomes', () => {
  it('takes the highest revision of each result, in whatever order they come', () => {
    for (const outcomes of [OUTCOMES, OUTCOMES.toReversed()]) {
      expect(finalOutcomes(outcomes).get('a')).toMatchObject({ revision: 2, ...WRONG });
    }
  });
});

describe('performanceByModel', () => {
  it('counts each decision by its last word, those without a label too', () => {
    const results = ['m@1', 'm@1', 'm@1', 'fallback'].map((model) => ({ model }));
    expect(performanceByModel(results, OUTCOMES)).toEqual(
      new Map([
        ['m@1', { decisions: 3, labelled: 2, correct: 1, value: 40 }],
        ['fallback', { decisions: 1, labelled: 1, correct: 1, value: 0 }],
      ]),
    );
  });
});

describe('differingModels', () => {
  const is = new Map([['m@1', { decisions: 3, labelled: 2, correct: 1, value: 40 }]]);

  it('is zero where the windows say the same', () => {
    expect(differingModels(new Map(is), is)).toBe(0);
  });

  it.each(['decisions', 'labelled', 'correct', 'value'] as const)('finds another count of %s', (part) => {
    const said = new Map([['m@1', { decisions: 3, labelled: 2, correct: 1, value: 40, [part]: 7 }]]);
    expect(differingModels(said, is)).toBe(1);
  });

  it('finds a model that the windows do not have, and one that only they have', () => {
    expect(differingModels(new Map([['m@2', { decisions: 3, labelled: 2, correct: 1, value: 40 }]]), is)).toBe(2);
  });
});

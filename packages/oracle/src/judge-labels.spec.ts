import type { DeadLetterEvidence, ResultEvidence } from './evidence.js';
import { judgeLabels, type LabelBreach, type LabelEvidence } from './judge-labels.js';
import type { FeedbackEvidence, OutcomeEvidence } from './label-evidence.js';
import type { StoredDecision } from './stored-decisions.js';
import type { StoredLabel, StoredOutcome } from './stored-labels.js';

const POLICY = {
  act: 'intervene',
  outcomes: { positive: 'late', negative: 'on-time' },
  values: { intervene: { late: 80, 'on-time': -40 }, proceed: { late: 0, 'on-time': 0 } },
};

/** A label of an event, as it is told apart: `a1` is revision 1 of event `a`. */
const aFeedback = (position: string, name: string, given: Partial<FeedbackEvidence> = {}): FeedbackEvidence => ({
  position,
  digest: `content of ${name}`,
  appendedAt: 1,
  label: { identity: `/p\n${name[0]}`, outcomeId: name, says: true },
  ...given,
});

const aLabel = (position: string, name: string, given: Partial<StoredLabel> = {}): [string, StoredLabel] => [
  name,
  {
    resultId: `result of ${name[0]}`,
    position,
    label: 'late',
    labelSource: 's',
    revision: Number(name[1]),
    isWaiting: false,
    ...given,
  },
];

const aDecision = (event: string): [string, StoredDecision[]] => [
  `/p\n${event}`,
  [{ resultId: `result of ${event}`, position: '0:0', digest: 'd' }],
];

const aResult = (event: string): [string, ResultEvidence] => [
  `result of ${event}`,
  {
    identity: `/p\n${event}`,
    entity: 'e',
    origin: '0:0',
    decision: 'intervene',
    model: 'm@1',
    isLate: false,
    traceId: 't',
    isSampled: false,
    latencyMs: 1,
    appendedAt: 2,
    digest: 'd',
    copies: 1,
    isTorn: false,
  },
];

const anOutcome = (name: string, given: Partial<OutcomeEvidence> = {}): [string, OutcomeEvidence] => [
  name,
  {
    resultId: `result of ${name[0]}`,
    identity: `/p\n${name[0]}`,
    decision: 'intervene',
    model: 'm@1',
    label: 'late',
    labelSource: 's',
    revision: Number(name[1]),
    isCorrect: true,
    amount: 80,
    currency: 'USD',
    traceId: 'l',
    isSampled: false,
    decisionTraceId: 't',
    appendedAt: 3,
    digest: 'd',
    valueDigest: `value of ${name}`,
    copies: 1,
    isTorn: false,
    ...given,
  },
];

const aStoredOutcome = (name: string): [string, StoredOutcome] => [name, { valueDigest: `value of ${name}` }];

const aDeadLetter = (position: string, reason: string): [string, DeadLetterEvidence] => [
  `dead ${position}`,
  { position, stage: 'results', reason, appendedAt: 2 },
];

interface Given {
  readonly feedback: readonly FeedbackEvidence[];
  readonly labels: readonly [string, StoredLabel][];
  readonly storedOutcomes: readonly [string, StoredOutcome][];
  readonly outcomes: readonly [string, OutcomeEvidence][];
  readonly letters: readonly [string, DeadLetterEvidence][];
  readonly expected: Readonly<Record<string, string>>;
  readonly missing?: number;
}

/** Event a: wrong at first, corrected, the correction sent twice. Event b: never sent. Then what is no label. */
const SOUND: Given = {
  feedback: [
    aFeedback('0:0', 'a1', { label: { identity: '/p\na', outcomeId: 'a1', says: false } }),
    aFeedback('0:1', 'a2'),
    aFeedback('0:2', 'a2'),
    aFeedback('1:0', 'b1'),
    aFeedback('1:1', 'cut off', { label: null }),
    aFeedback('1:2', 'contradiction', { label: { identity: '/p\na', outcomeId: 'a2', says: false } }),
  ],
  labels: [aLabel('0:0', 'a1', { label: 'on-time' }), aLabel('0:1', 'a2'), aLabel('1:0', 'b1', { isWaiting: true })],
  storedOutcomes: [aStoredOutcome('a1'), aStoredOutcome('a2')],
  outcomes: [anOutcome('a1', { label: 'on-time', isCorrect: false, amount: -40 }), anOutcome('a2')],
  letters: [aDeadLetter('1:1', 'invalid_feedback'), aDeadLetter('1:2', 'label_conflict')],
  expected: {
    'content of a1': 'superseded',
    'content of a2': 'joined',
    'content of b1': 'waiting',
    'content of cut off': 'invalid_feedback',
    'content of contradiction': 'label_conflict',
  },
};

const evidence = (given: Partial<Given> = {}): LabelEvidence => {
  const { feedback, labels, storedOutcomes, outcomes, letters, expected, missing = 0 } = { ...SOUND, ...given };
  return {
    feedback,
    outcomes: new Map(outcomes),
    feedbackDeadLetters: new Map(letters),
    results: new Map([aResult('a')]),
    decisions: new Map([aDecision('a')]),
    stored: { labels: new Map(labels), outcomes: new Map(storedOutcomes) },
    policy: POLICY,
    ledger: { expectedOf: (digest) => expected[digest] ?? null, missingFrom: () => missing },
  };
};

const without = <Item>(items: readonly Item[], index: number): Item[] => items.filter((_, at) => at !== index);

describe('judgeLabels', () => {
  it('finds how each record of the feedback topic ended', () => {
    expect(judgeLabels(evidence())).toMatchObject({
      labels: {
        sent: 6,
        joined: 1,
        waiting: 1,
        duplicates: 1,
        superseded: 1,
        deadLettered: { invalid_feedback: 1, label_conflict: 1 },
        lost: 0,
      },
      holds: true,
    });
  });

  it('holds for no labels at all', () => {
    const nothing = { feedback: [], labels: [], storedOutcomes: [], outcomes: [], letters: [], expected: {} };
    expect(judgeLabels(evidence(nothing))).toMatchObject({ labels: { sent: 0, lost: 0 }, holds: true });
  });

  it('does not ask for the outcome of a revision that was replaced before it was joined', () => {
    const given = { storedOutcomes: SOUND.storedOutcomes.slice(1), outcomes: SOUND.outcomes.slice(1) };
    expect(judgeLabels(evidence(given))).toMatchObject({ labels: { superseded: 1, lost: 0 }, holds: true });
  });

  it.each([
    ['a label that was not kept', { labels: without(SOUND.labels, 2) }],
    ['bad feedback without dead letter', { letters: without(SOUND.letters, 0) }],
    ['a contradiction without dead letter', { letters: without(SOUND.letters, 1) }],
    [
      'a label whose outcome was never made',
      { storedOutcomes: without(SOUND.storedOutcomes, 1), outcomes: without(SOUND.outcomes, 1) },
    ],
    ['a label that was kept otherwise than it was said', { labels: [aLabel('0:0', 'a1'), ...SOUND.labels.slice(1)] }],
    ['an acknowledged record that is not on the topic', { missing: 1 }],
  ])('loses %s', (_, given) => {
    const verdict = judgeLabels(evidence(given));
    expect(verdict.labels.lost).toBe(1);
    expect(verdict.holds).toBe(false);
  });

  const LATE_AS_PROCEED = anOutcome('a2', { decision: 'proceed', isCorrect: false, amount: 0 });
  it.each<readonly [LabelBreach, string, Partial<Given>]>([
    ['labelsEndedTwice', 'kept and dead', { letters: [...SOUND.letters, aDeadLetter('0:1', 'invalid_feedback')] }],
    [
      'labelsEndedOtherwise',
      'another reason',
      { letters: [aDeadLetter('1:1', 'unknown_outcome'), ...SOUND.letters.slice(1)] },
    ],
    [
      'labelsEndedOtherwise',
      'good feedback refused',
      { expected: { ...SOUND.expected, 'content of cut off': 'joined' } },
    ],
    [
      'labelsEndedOtherwise',
      'the later of two that differ',
      { expected: { ...SOUND.expected, 'content of a1': 'joined' } },
    ],
    ['waitingForgotten', 'not remembered', { labels: [...SOUND.labels.slice(0, 2), aLabel('1:0', 'b1')] }],
    ['labelsNeverSent', 'a label of nobody', { labels: [...SOUND.labels, aLabel('5:5', 'c1')] }],
    ['outcomesDiffer', 'torn copies', { outcomes: [...SOUND.outcomes.slice(0, 1), anOutcome('a2', { isTorn: true })] }],
    [
      'outcomesDiffer',
      'other bytes are stored',
      { storedOutcomes: [...SOUND.storedOutcomes.slice(0, 1), ['a2', { valueDigest: 'x' }]] },
    ],
    ['outcomesNotPublished', 'nobody was told', { outcomes: without(SOUND.outcomes, 0) }],
    ['outcomesNotStored', 'told and not kept', { storedOutcomes: without(SOUND.storedOutcomes, 0) }],
    ['outcomesWrong', 'another label', { outcomes: [anOutcome('a1'), ...SOUND.outcomes.slice(1)] }],
    ['outcomesWrong', 'another decision', { outcomes: [...SOUND.outcomes.slice(0, 1), LATE_AS_PROCEED] }],
    ['outcomesWrong', 'another value', { outcomes: [...SOUND.outcomes.slice(0, 1), anOutcome('a2', { amount: 79 })] }],
    [
      'outcomesWrong',
      'wrongly correct',
      { outcomes: [...SOUND.outcomes.slice(0, 1), anOutcome('a2', { isCorrect: false })] },
    ],
    [
      'outcomesWrong',
      'another trace',
      { outcomes: [...SOUND.outcomes.slice(0, 1), anOutcome('a2', { decisionTraceId: 'x' })] },
    ],
  ])('does not hold with %s: %s', (breach, _, given) => {
    const verdict = judgeLabels(evidence(given));
    expect(verdict.breaches[breach]).toBeGreaterThan(0);
    expect(verdict.holds).toBe(false);
  });
});

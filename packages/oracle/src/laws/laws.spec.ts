import type { Account } from '../account/account.js';
import type { DeadLetterEvidence, RawEvidence, ResultEvidence } from '../evidence.js';
import type { StoredDecision } from '../stored-decisions.js';
import { type Evidence, judge } from '../verdict.js';
import { LAWS } from './index.js';
import { sentenceOf } from './law.js';

const aRecord = (position: string, digest: string): RawEvidence => ({
  position,
  identity: `/p\n${digest}`,
  digest,
  appendedAt: 1,
  eventTimeMs: 1,
  produced: null,
});

const aResult = (id: string, origin: string, given: Partial<ResultEvidence> = {}): [string, ResultEvidence] => [
  `result of ${id}`,
  {
    identity: `/p\n${id}`,
    entity: 'e',
    origin,
    decision: 'proceed',
    model: 'm@1',
    isLate: false,
    traceId: 't',
    isSampled: false,
    latencyMs: 1,
    appendedAt: 2,
    digest: 'd',
    copies: 1,
    isTorn: false,
    ...given,
  },
];

const aDecision = (id: string, position: string): [string, StoredDecision[]] => [
  `/p\n${id}`,
  [{ resultId: `result of ${id}`, position, digest: id }],
];

const aDeadLetter = (position: string, reason: string): [string, DeadLetterEvidence] => [
  `dead ${position}`,
  { position, stage: 'ingestion', reason, appendedAt: 2 },
];

const ENDINGS: Readonly<Record<string, readonly (string | null)[]>> = { a: [null], b: [null], bad: ['not_json'] };

const SENT: Account['sent'] = {
  isPoison: (digest) => !(ENDINGS[digest]?.includes(null) ?? true),
  missingFrom: (digests) => Math.max(0, 3 - digests.length),
  endingsOf: (digest) => ENDINGS[digest],
};

const LABELS: Account['labels'] = {
  labels: { sent: 0, joined: 0, waiting: 0, duplicates: 0, superseded: 0, deadLettered: {}, lost: 0 },
  breaches: {
    labelsEndedTwice: 0,
    labelsEndedOtherwise: 0,
    waitingForgotten: 0,
    labelsNeverSent: 0,
    outcomesDiffer: 0,
    outcomesNotPublished: 0,
    outcomesNotStored: 0,
    outcomesWrong: 0,
  },
  holds: true,
};

const TRACES: NonNullable<Account['traces']> = {
  decisions: { sampled: 2, broken: [] },
  labels: { sampled: 0, broken: [] },
  dropped: 0,
};

/** The records of a sound run, the first of which came with a trace context. */
const producedIn = (traceId: string, { isSampled }: { readonly isSampled: boolean }): readonly RawEvidence[] => [
  { ...aRecord('0:0', 'a'), produced: { traceId, spanId: 's', isSampled } },
  aRecord('0:1', 'b'),
  aRecord('0:2', 'bad'),
];

interface Given {
  readonly raw?: readonly RawEvidence[];
  readonly decisions?: readonly ReturnType<typeof aDecision>[];
  readonly results?: readonly [string, ResultEvidence][];
  readonly deadLetters?: readonly [string, DeadLetterEvidence][];
  readonly redriven?: readonly string[];
  readonly spread?: readonly 'result'[];
  readonly windows?: Partial<Account['windows']>;
  readonly progress?: Account['progress'];
  readonly labels?: Account['labels'];
  readonly keptDeadLetters?: number;
  readonly traces?: Account['traces'];
}

const NUMBERS = new Map([['result 2013-04-01T00:00:00.000Z totals.results', 2]]);
const IDS = { prediction: 0, result: 2, outcome: 0, 'dead-letter': 1 };

/** Two flights of one aircraft that were decided, and a record that was refused. */
const anAccount = (given: Given = {}): Account => {
  const evidence: Evidence = {
    raw: given.raw ?? [aRecord('0:0', 'a'), aRecord('0:1', 'b'), aRecord('0:2', 'bad')],
    redriven: new Set(given.redriven),
    results: new Map(given.results ?? [aResult('a', '0:0'), aResult('b', '0:1')]),
    deadLetters: new Map(given.deadLetters ?? [aDeadLetter('0:2', 'not_json')]),
    decisions: new Map(given.decisions ?? [aDecision('a', '0:0'), aDecision('b', '0:1')]),
    ledger: SENT,
  };
  return {
    evidence,
    sent: SENT,
    verdict: judge(evidence),
    labels: given.labels ?? LABELS,
    own: {
      numbers: NUMBERS,
      ids: { prediction: new Set(), result: new Set(['x', 'y']), outcome: new Set(), 'dead-letter': new Set(['z']) },
      spread: new Set(given.spread),
    },
    windows: { numbers: NUMBERS, ids: IDS, ...given.windows },
    progress: given.progress ?? [
      { group: 'g', topic: 'p.results.v1', partition: 0, nextOffset: 2, committed: 2, end: 2 },
    ],
    keptDeadLetters: given.keptDeadLetters ?? 1,
    redelivered: new Map(),
    traces: given.traces ?? null,
  };
};

const violated = (account: Account): readonly string[] =>
  LAWS.filter(({ findings }) => findings(account).length > 0).map(({ code }) => code);

describe('the laws', () => {
  it.each(LAWS)('$code holds of a sound run: $promise', ({ findings }) => {
    expect(findings(anAccount())).toEqual([]);
  });

  it('have codes of their own', () => {
    expect(new Set(LAWS.map(({ code }) => code)).size).toBe(LAWS.length);
  });

  it.each<readonly [string, string, Given]>([
    ['L1', 'a record without an end', { deadLetters: [], keptDeadLetters: 1 }],
    [
      'L1',
      'a good record refused',
      { deadLetters: [aDeadLetter('0:2', 'not_json'), aDeadLetter('0:1', 'crash_loop')] },
    ],
    ['L1', 'a reason that is not its own', { deadLetters: [aDeadLetter('0:2', 'too_large')] }],
    [
      'L2',
      'a second decision',
      { decisions: [aDecision('a', '0:0'), ['/p\nb', [...aDecision('b', '0:1')[1], ...aDecision('b', '0:1')[1]]]] },
    ],
    ['L3', 'copies that differ', { results: [aResult('a', '0:0', { isTorn: true }), aResult('b', '0:1')] }],
    ['L4', 'a result that came too early', { results: [aResult('b', '0:1'), aResult('a', '0:0')] }],
    ['L5', 'a raw record of nobody', { raw: [aRecord('0:0', 'a'), aRecord('0:1', 'b'), aRecord('0:2', 'stray')] }],
    [
      'L5',
      'a result that is not stored',
      { results: [aResult('a', '0:0'), aResult('b', '0:1'), aResult('ghost', '0:5')] },
    ],
    ['L6', 'a window that counts too much', { windows: { numbers: new Map([...NUMBERS].map(([key]) => [key, 3])) } }],
    ['L6', 'a window that is not there', { windows: { numbers: new Map() } }],
    ['L7', 'a decision nobody was told of', { results: [aResult('a', '0:0')] }],
    [
      'L7',
      'a progress behind its offset',
      { progress: [{ group: 'g', topic: 't', partition: 0, nextOffset: 1, committed: 2, end: 2 }] },
    ],
    [
      'L7',
      'an offset behind the end',
      { progress: [{ group: 'g', topic: 't', partition: 0, nextOffset: 1, committed: 1, end: 2 }] },
    ],
    ['L7', 'a record counted without being there', { windows: { ids: { ...IDS, result: 3 } } }],
    ['L7', 'a dead letter that was not kept', { keptDeadLetters: 0 }],
    ['L8', 'a decision without a whole trace', { traces: { ...TRACES, decisions: { sampled: 1, broken: ['t'] } } }],
    ['L8', 'a label without a whole trace', { traces: { ...TRACES, labels: { sampled: 1, broken: ['t'] } } }],
    ['L8', 'a span that was not kept', { traces: { ...TRACES, dropped: 1 } }],
    ['L8', 'a decision in another trace than that of its producer', { raw: producedIn('u', { isSampled: false }) }],
    ['L8', 'a decision that is not sampled as its producer wanted', { raw: producedIn('t', { isSampled: true }) }],
    ['L9', 'a lost label', { labels: { ...LABELS, labels: { ...LABELS.labels, lost: 1 } } }],
    ['L9', 'a wrong outcome', { labels: { ...LABELS, breaches: { ...LABELS.breaches, outcomesWrong: 1 } } }],
  ])('%s is broken by %s', (code, _, given) => {
    expect(violated(anAccount(given))).toContain(code);
  });

  it('hold where every trace is whole, and is the one that its producer began', () => {
    expect(violated(anAccount({ traces: TRACES, raw: producedIn('t', { isSampled: false }) }))).toEqual([]);
  });

  it('let a redriven record come when it comes', () => {
    const late = { results: [aResult('b', '0:1'), aResult('a', '0:0')], redriven: ['0:0'] };
    expect(violated(anAccount(late))).not.toContain('L4');
  });

  it('ask only for the number of records where an id is on several partitions', () => {
    const numbers = new Map([...NUMBERS, ['result 2013-04-01T00:00:00.000Z latencyMs.7', 1]]);
    expect(violated(anAccount({ windows: { numbers } }))).toContain('L6');
    expect(violated(anAccount({ windows: { numbers }, spread: ['result'] }))).not.toContain('L6');
    expect(violated(anAccount({ windows: { numbers: new Map() }, spread: ['result'] }))).toContain('L6');
  });

  it('say the first of many findings, and how many there are', () => {
    const raw = Array.from({ length: 9 }, (_, at) => aRecord(`0:${at}`, 'stray'));
    const sentences = LAWS.flatMap(({ findings }) => findings(anAccount({ raw, decisions: [], results: [] }))).map(
      sentenceOf,
    );
    expect(sentences).toContain('9 raw records hold what nobody sent: 0:0, 0:1, 0:2 and 6 more');
  });
});

import type { DeadLetterEvidence, RawEvidence, ResultEvidence } from './evidence.js';
import type { StoredDecision } from './stored-decisions.js';
import { type Evidence, judge } from './verdict.js';

const aRecord = (position: string, id: string, given: Partial<RawEvidence> = {}): RawEvidence => ({
  position,
  identity: `/p\n${id}`,
  digest: `content of ${id}`,
  appendedAt: 1,
  eventTimeMs: 1,
  produced: null,
  ...given,
});

const aDecision = (position: string, id: string): [string, StoredDecision[]] => [
  `/p\n${id}`,
  [{ resultId: `result of ${id}`, position, digest: `content of ${id}` }],
];

const aResult = (id: string, given: Partial<ResultEvidence> = {}): [string, ResultEvidence] => [
  `result of ${id}`,
  {
    identity: `/p\n${id}`,
    entity: 'e',
    origin: '0:0',
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

const aDeadLetter = (position: string, reason: string): [string, DeadLetterEvidence] => [
  `dead ${position} ${reason}`,
  { position, stage: 'ingestion', reason, appendedAt: 2 },
];

const evidence = (given: {
  raw?: RawEvidence[];
  decisions?: [string, StoredDecision[]][];
  results?: [string, ResultEvidence][];
  deadLetters?: [string, DeadLetterEvidence][];
  redriven?: string[];
  poison?: string[];
  missing?: number;
}): Evidence => ({
  raw: given.raw ?? [],
  decisions: new Map(given.decisions),
  results: new Map(given.results),
  deadLetters: new Map(given.deadLetters),
  redriven: new Set(given.redriven),
  ledger: { isPoison: (digest) => given.poison?.includes(digest) ?? false, missingFrom: () => given.missing ?? 0 },
});

const sound = {
  raw: [aRecord('0:0', 'a'), aRecord('0:1', 'a'), aRecord('1:0', 'b', { identity: null })],
  decisions: [aDecision('0:0', 'a')],
  results: [aResult('a')],
  deadLetters: [aDeadLetter('1:0', 'not_json')],
};

describe('judge', () => {
  it('finds one decided, one duplicate and one dead-lettered record', () => {
    expect(judge(evidence(sound))).toMatchObject({
      sent: 3,
      decided: 1,
      duplicates: 1,
      deadLettered: { not_json: 1 },
      lost: 0,
      holds: true,
    });
  });

  it('does not care which of two equal records was decided', () => {
    expect(judge(evidence({ ...sound, decisions: [aDecision('0:1', 'a')] }))).toMatchObject({
      duplicates: 1,
      holds: true,
    });
  });

  it('loses a record that ended in no way', () => {
    const verdict = judge(evidence({ ...sound, deadLetters: [] }));
    expect(verdict).toMatchObject({ lost: 1, holds: false });
  });

  it('takes a dead letter that a redrive has led to a decision for closed', () => {
    const given = { ...sound, deadLetters: [...sound.deadLetters, aDeadLetter('0:0', 'model_row_failed')] };
    expect(judge(evidence(given))).toMatchObject({ breaches: { endedTwice: 1 }, holds: false });
    expect(judge(evidence({ ...given, redriven: ['0:0'] }))).toMatchObject({ decided: 1, holds: true });
  });

  it('takes a record that was refused, and decided when it was sent again, for a dead letter', () => {
    const refused = [...sound.deadLetters, aDeadLetter('0:0', 'rejected_by_rule')];
    const again = { ...sound, decisions: [aDecision('0:1', 'a')], deadLetters: refused };
    expect(judge(evidence(again))).toMatchObject({ decided: 1, deadLettered: { rejected_by_rule: 1 }, holds: true });
    const copyRefused = { ...sound, deadLetters: [...sound.deadLetters, aDeadLetter('0:1', 'rejected_by_rule')] };
    expect(judge(evidence(copyRefused))).toMatchObject({ breaches: { endedTwice: 1 }, holds: false });
  });

  it('takes a copy that was refused as its original, before that was redriven, for a dead letter', () => {
    const deadLetters = ['0:0', '0:1'].map((position) => aDeadLetter(position, 'rejected_by_rule'));
    const given = { ...sound, deadLetters: [...sound.deadLetters, ...deadLetters] };
    const expected = { decided: 1, deadLettered: { rejected_by_rule: 1 }, holds: true };
    expect(judge(evidence({ ...given, redriven: ['0:0'] }))).toMatchObject(expected);
    expect(judge(evidence(given))).toMatchObject({ breaches: { endedTwice: 2 }, holds: false });
  });

  it('loses a record with other content under a decided identity, unless it is a dead letter', () => {
    const raw = [aRecord('0:0', 'a'), aRecord('0:1', 'a', { digest: 'other' })];
    expect(judge(evidence({ ...sound, raw, deadLetters: [] }))).toMatchObject({ lost: 1, holds: false });
    const deadLetters = [aDeadLetter('0:1', 'id_reused')];
    expect(judge(evidence({ ...sound, raw, deadLetters }))).toMatchObject({ lost: 0, holds: true });
  });

  it('loses what was acknowledged and is not on the topic', () => {
    expect(judge(evidence({ ...sound, missing: 2 }))).toMatchObject({ lost: 2, holds: false });
  });

  it.each([
    ['endedTwice', { deadLetters: [...sound.deadLetters, aDeadLetter('0:0', 'schema_violation')] }],
    [
      'decidedTwice',
      {
        decisions: [
          [`/p\na`, [...aDecision('0:0', 'a')[1], ...aDecision('0:0', 'a')[1]]] as [string, StoredDecision[]],
        ],
      },
    ],
    ['copiesDiffer', { results: [aResult('a', { isTorn: true })] }],
    ['notPublished', { results: [] }],
    ['notStored', { results: [...sound.results, aResult('ghost')] }],
    [
      'neverSent',
      { decisions: [...sound.decisions, aDecision('5:5', 'x')], results: [...sound.results, aResult('x')] },
    ],
    ['poisonDecided', { poison: ['content of a'] }],
  ] as const)('does not hold with %s', (breach, given) => {
    const verdict = judge(evidence({ ...sound, ...(given as Partial<typeof sound>) }));
    expect(verdict.breaches[breach]).toBeGreaterThan(0);
    expect(verdict.holds).toBe(false);
  });
});

import type { DeadLetterEvidence, RawEvidence, ResultEvidence } from './evidence.js';
import { judgeLateness, type LatenessEvidence } from './lateness.js';
import type { StoredDecision } from './stored-decisions.js';

const NOW = 1_767_607_200_000;

const aRecord = (position: string, id: string, agoMs: number): RawEvidence => ({
  position,
  identity: `/p\n${id}`,
  digest: id,
  appendedAt: NOW,
  eventTimeMs: NOW - agoMs,
  produced: null,
});

/** Events a to e; those that are named are marked late. */
const evidence = (raw: readonly RawEvidence[], marked: string, refused: readonly string[] = []): LatenessEvidence => {
  const result = ({ identity }: RawEvidence): ResultEvidence => ({
    identity: identity ?? '',
    entity: 'e',
    origin: '0:0',
    decision: 'proceed',
    model: 'm@1',
    isLate: marked.includes(identity?.slice(-1) ?? ''),
    traceId: 't',
    isSampled: false,
    latencyMs: 1,
    appendedAt: NOW,
    digest: 'd',
    copies: 1,
    isTorn: false,
  });
  const decided = raw.filter(({ position }) => !refused.includes(position));
  const decision = ({ identity, position }: RawEvidence): [string, StoredDecision[]] => [
    identity ?? '',
    [{ resultId: `result of ${identity}`, position, digest: 'd' }],
  ];
  const letter = (position: string): [string, DeadLetterEvidence] => [
    position,
    { position, stage: 'ingestion', reason: 'not_json', appendedAt: NOW },
  ];
  return {
    raw,
    results: new Map(decided.map((record) => [`result of ${record.identity}`, result(record)])),
    deadLetters: new Map(refused.map(letter)),
    decisions: new Map(decided.map(decision)),
    allowedLatenessMs: 1_000,
  };
};

const RAW = [
  aRecord('0:0', 'a', 5_000),
  aRecord('0:1', 'b', 2_000),
  aRecord('0:2', 'c', 3_001),
  aRecord('1:0', 'd', 9_000),
];

describe('judgeLateness', () => {
  it('expects late what lies further behind the largest event time of its partition than allowed', () => {
    expect(judgeLateness(evidence(RAW, 'c'))).toEqual({ late: 1, lateWrongly: 0, lateMissed: 0 });
  });

  it('finds what is marked late and was not, and what was and is not marked', () => {
    expect(judgeLateness(evidence(RAW, 'bd'))).toEqual({ late: 2, lateWrongly: 2, lateMissed: 1 });
  });

  it('does not move the watermark by what could not be read, has no time, or is ahead of the clock', () => {
    const ahead = { ...aRecord('0:1', 'b', 0), eventTimeMs: NOW + 300_001 };
    const timeless = { ...aRecord('0:2', 'c', 0), eventTimeMs: null };
    const refused = aRecord('0:3', 'd', 0);
    const raw = [aRecord('0:0', 'a', 5_000), ahead, timeless, refused, aRecord('0:4', 'e', 6_000)];
    expect(judgeLateness(evidence(raw, '', ['0:3']))).toEqual({ late: 0, lateWrongly: 0, lateMissed: 0 });
    expect(judgeLateness(evidence(raw, '')).lateMissed).toBe(1);
  });
});

import { formatOrigin, HEADER, type KnownDecision, resultIdOf } from '@pitwall/contracts';
import { aRecord, type InboundRecord, textHeader } from '@pitwall/messaging';
import { describeSettlement, settlementJson } from './describe-settlement.js';
import type { Expected, Settlement } from './settlement.js';
import { Settlements } from './settlements.js';

const TIME = '2026-01-01T00:00:00.000Z';
const ONE = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

interface Item extends Expected {
  readonly name: string;
}

const anItem = (name: string, id: string | null, digest = ONE): Item => ({
  name,
  identity: id === null ? null : { source: '/p', id },
  digest,
});

const origin = (digest: string) => ({ topic: 'p.events.v1', partition: 0, offset: 7, appendedAt: 1, digest });

const aResult = (id: string, digest = ONE): InboundRecord =>
  aRecord({
    topic: 'p.results.v1',
    headers: [textHeader(HEADER.origin, formatOrigin(origin(digest)))],
    value: Buffer.from(
      JSON.stringify({
        resultId: resultIdOf('p', { source: '/p', id }),
        pipeline: 'p',
        event: { source: '/p', id, time: TIME },
        entity: 'N1',
        decision: 'proceed',
        score: 0.25,
        threshold: 0.5,
        policyVersion: '1',
        model: { name: 'champion', version: '2', digest: ONE },
        fallback: null,
        expectedValue: null,
        late: false,
        traceId: 'b'.repeat(32),
        decidedAt: TIME,
      }),
    ),
  });

const aDeadLetter = (id: string | null, digest = ONE): InboundRecord =>
  aRecord({
    topic: 'p.dead-letters.v1',
    headers: [
      textHeader(
        HEADER.deadLetter,
        JSON.stringify({
          deadLetterId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
          pipeline: 'p',
          stage: 'ingestion',
          reason: 'not_json',
          message: 'Got text.',
          violations: [],
          violationCount: 0,
          record: { topic: 'p.events.v1', partition: 0, offset: 7, appendedAt: TIME },
          origin: { ...origin(digest), appendedAt: TIME },
          identity: id === null ? null : { source: '/p', id },
          attempts: 1,
          redriveAttempt: 0,
          service: 'ingestion@1',
          traceId: null,
          deadAt: TIME,
        }),
      ),
    ],
  });

const aDecision = (digest = ONE): KnownDecision => ({
  resultId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
  decision: 'proceed',
  decidedAt: TIME,
  origin: { topic: 'p.events.v1', partition: 0, offset: 1, digest },
});

const waitingFor = (...items: readonly Item[]) => {
  const seen: [string, Settlement][] = [];
  const settlements = new Settlements<Item>('p', ({ name }, settlement) => seen.push([name, settlement]));
  for (const item of items) settlements.expect(item);
  const kinds = () => seen.map(([name, { kind }]) => `${name} ${kind}`);
  return { settlements, kinds, seen };
};

describe('Settlements', () => {
  it('finds the decision of a record by its event and its content', () => {
    const { settlements, kinds } = waitingFor(anItem('x', 'e-1'), anItem('y', 'e-2'));
    settlements.result(aResult('e-2'));
    settlements.result(aResult('e-1', OTHER));
    settlements.result(aResult('e-3'));
    expect([kinds(), settlements.open.size]).toEqual([['y decided'], 1]);
  });

  it('settles each record once, also where several have the same content', () => {
    const { settlements, kinds } = waitingFor(anItem('x', 'e-1'), anItem('again', 'e-1'));
    settlements.result(aResult('e-1'));
    for (const item of settlements.open) settlements.known(item, aDecision(), 'before');
    settlements.result(aResult('e-1'));
    expect([kinds(), settlements.open.size]).toEqual([['x decided', 'again duplicate'], 0]);
  });

  it('finds the dead letter of a record, also where nobody can say whose it is', () => {
    const { settlements, kinds } = waitingFor(anItem('x', 'e-1'), anItem('y', 'e-2'), anItem('z', null, OTHER));
    settlements.deadLetter(aDeadLetter('e-2'));
    settlements.deadLetter(aDeadLetter(null, OTHER));
    settlements.deadLetter(aDeadLetter(null));
    expect(kinds()).toEqual(['y dead_letter', 'z dead_letter', 'x dead_letter']);
  });

  it('takes no decision from other content for an answer: its dead letter is on its way', () => {
    const item = anItem('x', 'e-1');
    const { settlements, kinds } = waitingFor(item);
    settlements.known(item, aDecision(OTHER), 'before');
    expect(kinds()).toEqual([]);
    settlements.known(item, aDecision(), 'now');
    settlements.known(item, aDecision(), 'now');
    expect(kinds()).toEqual(['x decided']);
  });

  it('is not led astray by records that are none of Pitwall', () => {
    const { settlements } = waitingFor(anItem('x', 'e-1'));
    settlements.result(aRecord({ topic: 'p.results.v1', value: Buffer.from('{}') }));
    settlements.result(aRecord({ topic: 'p.results.v1', value: null, headers: [textHeader(HEADER.origin, 'x')] }));
    settlements.deadLetter(aRecord({ topic: 'p.dead-letters.v1', headers: [textHeader(HEADER.deadLetter, '{')] }));
    expect(settlements.open.size).toBe(1);
  });

  it('is told for a person and for a program', () => {
    const { settlements, seen } = waitingFor(anItem('x', 'e-1'), anItem('y', 'e-2'), anItem('z', 'e-3'));
    const [x, y] = [...settlements.open] as [Item, Item];
    settlements.known(x, aDecision(), 'now');
    settlements.known(y, aDecision(), 'before');
    settlements.deadLetter(aDeadLetter('e-3'));
    expect(seen.map(([, settlement]) => describeSettlement(settlement))).toEqual([
      'decided: proceed',
      `duplicate: was decided at ${TIME}: proceed`,
      'dead letter of ingestion, not_json: Got text.',
    ]);
    expect(seen.map(([, settlement]) => settlementJson(settlement)['outcome'])).toEqual([
      'decided',
      'duplicate',
      'dead_letter',
    ]);
  });
});

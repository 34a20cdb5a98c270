import fc from 'fast-check';
import type { Outcome } from '../batch-handler.js';
import { aRecord } from '../memory/builders.js';
import { dead, done, failing } from '../outcomes.js';
import type { InboundRecord, OutboundRecord } from '../port.js';
import { keyOf, type Placement, placeRecords, type PlacementRules } from './placement.js';

const RULES: PlacementRules = { room: { records: 100, bytes: 1_000_000 }, failed: () => false };

type Said = 'done' | 'dead' | 'failing' | 'held';

function outcomeOf(said: Said, record: InboundRecord): Outcome {
  if (said === 'dead') return dead({ reason: 'not_json', message: '' });
  if (said === 'failing') return failing({ reason: 'policy_failed', message: '' });
  const output: OutboundRecord = { topic: 'out', partition: 0, key: record.key, value: record.value, headers: [] };
  return done(output);
}

/** `a:done` is a record of key a that is done; `-:` has no key; `held` was not handled. */
function placing(
  cases: readonly string[],
  rules: Partial<PlacementRules> = {},
): { placement: Placement; said: string } {
  const all = cases.map((text, offset) => {
    const [key, said] = text.split(':') as [string, Said];
    const record = aRecord({
      topic: 't',
      offset,
      key: key === '-' ? null : Buffer.from(key),
      value: Buffer.from(String(offset)),
    });
    return { record, said };
  });
  const handled = all.filter(({ said }) => said !== 'held');
  const placement = placeRecords(
    all.map(({ record }) => record),
    {
      messages: handled,
      outcomes: handled.map(({ said, record }) => outcomeOf(said, record)),
    },
    { ...RULES, ...rules },
  );
  const said = [
    `sent ${placement.outputs.map(({ value }) => value?.toString()).join(' ')}`,
    ...placement.later.map((one) => `${one.kind} ${one.record.offset}`),
    `taken ${placement.taken}${placement.isFull ? ' full' : ''}`,
    `off ${placement.putOff.join(' ')}`,
  ].join(', ');
  return { placement, said };
}

/** Says that it is enough at the so-manieth failure. */
function afterSome(failures: number): () => boolean {
  let seen = 0;
  return () => (seen += 1) >= failures;
}

describe('placeRecords', () => {
  it.each<[string, readonly string[], Partial<PlacementRules>, string]>([
    ['sends what is done', ['a:done', 'b:done'], {}, 'sent 0 1, taken 2, off '],
    ['buries what is dead', ['a:dead', 'a:done'], {}, 'sent 1, dead 0, taken 2, off '],
    [
      'parks what fails, and lets later ones of its key wait',
      ['a:failing', 'b:done', 'a:done', 'a:failing', 'b:done'],
      {},
      'sent 1 4, parked 0, behind 2, behind 3, taken 5, off 0 2 3',
    ],
    ['buries what is dead behind a failure', ['a:failing', 'a:dead'], {}, 'sent , parked 0, dead 1, taken 2, off 0'],
    ['lets what was not handled wait', ['a:held', 'b:done'], {}, 'sent 1, behind 0, taken 2, off '],
    ['takes records without a key one by one', ['-:failing', '-:done'], {}, 'sent 1, parked 0, taken 2, off 0'],
    [
      'ends where there is no room',
      ['a:failing', 'b:done', 'c:failing', 'd:done'],
      { room: { records: 1, bytes: 1_000_000 } },
      'sent 1, parked 0, taken 2 full, off 0 2 3',
    ],
    [
      'ends where there is no memory',
      ['a:failing', 'c:failing'],
      { room: { records: 10, bytes: 1 } },
      'sent , parked 0, taken 1 full, off 0 1',
    ],
    [
      'ends after a failure that is one too many',
      ['a:done', 'b:failing', 'c:done'],
      { failed: () => true },
      'sent 0, parked 1, taken 2, off 1 2',
    ],
    [
      'counts every failure, also of one key',
      ['a:failing', 'a:failing', 'a:failing', 'a:done'],
      { failed: afterSome(2) },
      'sent , parked 0, behind 1, taken 2, off 0 1 2 3',
    ],
  ])('%s', (_, cases, rules, expected) => {
    expect(placing(cases, rules).said).toBe(expected);
  });

  it('sends nothing of a key after one of its records that failed, and loses none', () => {
    const one = fc.tuple(fc.constantFrom('a', 'b', '-'), fc.constantFrom('done', 'dead', 'failing'));
    fc.assert(
      fc.property(fc.array(one), fc.nat(5), (cases, room) => {
        const { placement } = placing(
          cases.map((parts) => parts.join(':')),
          { room: { records: room, bytes: 1_000_000 } },
        );
        const sent = placement.outputs.map(({ value }) => Number(value));
        const later = placement.later.map(({ record }) => record.offset);
        expect([...sent, ...later].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: placement.taken }, (_, at) => at),
        );
        for (const { kind, record } of placement.later) {
          if (kind === 'dead') continue;
          const sameKey = placement.outputs.filter(({ key }) => record.key !== null && key?.equals(record.key));
          expect(sameKey.every(({ value }) => Number(value) < record.offset)).toBe(true);
        }
        expect(placement.later.filter(({ kind }) => kind !== 'dead').length).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('keyOf', () => {
  it('tells keys apart by their bytes, and records without a key by their offset', () => {
    const keys = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from('offset 1'), null];
    const texts = keys.map((key) => keyOf(aRecord({ topic: 't', offset: 1, key })));
    expect(new Set(texts).size).toBe(4);
  });
});

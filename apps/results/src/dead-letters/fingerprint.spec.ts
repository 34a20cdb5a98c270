import * as fc from 'fast-check';
import { fingerprintOf } from './fingerprint.js';

type Facts = Parameters<typeof fingerprintOf>[0];

const facts = (parts: Partial<Facts>): Facts => ({
  stage: 'ingestion',
  reason: 'schema_violation',
  message: 'No.',
  violations: [],
  ...parts,
});
const at = (pointer: string) => facts({ violations: [{ pointer, rule: 'type', message: `wrong at ${pointer}` }] });
const saying = (message: string) => facts({ message });

describe('fingerprintOf', () => {
  it.each([
    ['/temp_f', '/temp_f'],
    ['', ''],
    ['/legs/0/time', '/legs/*/time'],
    ['/by_id/0190f7ab-1234-5678-9abc-def012345678/x', '/by_id/*/x'],
    [`/${'k'.repeat(41)}`, '/*'],
  ])('takes the pointer %j of the first violation for the place %j', (pointer, place) => {
    expect(fingerprintOf(at(pointer)).place).toBe(place);
  });

  it.each([
    [
      'The header ce_id is missing; CloudEvents 1.0 requires it.',
      'The header ce_id is missing; CloudEvents # requires it.',
    ],
    ['The type is "flight.left", expected "flight.departure".', 'The type is "…", expected "…".'],
    ['Got "a \\" quote" at byte 17.', 'Got "…" at byte #.'],
    ['Digest c0ffee00c0ffee11 and 1,234 rows.', 'Digest # and # rows.'],
  ])('takes %j without what differs for %j', (message, place) => {
    expect(fingerprintOf(saying(message)).place).toBe(place);
  });

  it('tells stages, reasons and places apart, and nothing else', () => {
    const prints = [
      at('/a'),
      at('/b'),
      facts({ ...at('/a'), stage: 'results' }),
      facts({ ...at('/a'), reason: 'rejected_by_rule' }),
    ].map((letter) => fingerprintOf(letter).fingerprint);
    expect(new Set(prints).size).toBe(4);
    expect(fingerprintOf(facts({ ...at('/a'), message: 'other words' })).fingerprint).toBe(prints[0]);
  });

  it('gives any message a short place and 16 hex digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (message) => {
        const { place, fingerprint } = fingerprintOf(saying(message));
        expect(place.length).toBeLessThanOrEqual(200);
        expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });
});

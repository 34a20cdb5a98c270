import { QualityNotes } from './cleaning/quality-notes.js';
import type { EventRecord } from './cleaning/rule.js';
import { compileFeatures } from './features.js';

const extract = compileFeatures([
  { name: 'carrier', type: 'string', nullable: false, field: 'carrier' },
  { name: 'wind', type: 'number', nullable: true, field: 'wind_speed_mph' },
]);

function run(record: EventRecord, notes = new QualityNotes()) {
  return { result: extract(record, notes), notes: notes.list };
}

it('reads features by name from their fields, in the order of the definition', () => {
  const { result, notes } = run({ wind_speed_mph: 3, carrier: 'UA', other: 1 });
  expect(JSON.stringify(result)).toBe('{"features":{"carrier":"UA","wind":3}}');
  expect(notes).toEqual([]);
});

it.each([[{ carrier: 'UA' }], [{ carrier: 'UA', wind_speed_mph: null }]])(
  'notes a feature that %j does not have',
  (record) => {
    const { result, notes } = run(record);
    expect(result).toEqual({ features: { carrier: 'UA', wind: null } });
    expect(notes).toEqual([{ field: 'wind_speed_mph', kind: 'missing', rule: 'absent' }]);
  },
);

it('keeps the note of the rule that made a field missing', () => {
  const notes = new QualityNotes();
  notes.missing('wind_speed_mph', 'hard-range', 1048);
  expect(run({ carrier: 'UA', wind_speed_mph: null }, notes).notes).toHaveLength(1);
});

it('says of every feature that cannot be made what it lacks', () => {
  expect(run({ carrier: null, wind_speed_mph: 'strong' }).result).toEqual({
    count: 2,
    violations: [
      expect.objectContaining({ pointer: '/carrier', rule: 'feature', got: 'null' }),
      expect.objectContaining({ pointer: '/wind_speed_mph', rule: 'feature', got: '"strong"' }),
    ],
  });
});

import fc from 'fast-check';
import { cleaningRule } from './cleaning/index.js';
import { compileEventPath, type EventDefinition } from './event-path.js';

const ruleOf = (config: { rule: string } & Record<string, unknown>) => {
  const rule = cleaningRule(config.rule);
  if (rule === undefined) throw new Error(`no rule ${config.rule}`);
  return rule.configure(rule.schema.parse(config));
};

const definition: EventDefinition = {
  event: {
    type: 'reading',
    id: 'id',
    time: 'at',
    timeFormat: 'rfc3339',
    entity: ['sensor', 'id'],
    replayedHistory: false,
    allowedLatenessMs: 0,
  },
  // Open where a schema can be: what comes after must hold by itself.
  eventSchema: {
    required: ['wind'],
    properties: { wind: { type: ['number', 'null'] }, room: {}, sensor: {}, at: {}, id: {} },
  },
  cleaning: [
    ruleOf({ rule: 'sentinel-to-missing', fields: ['sensor'], sentinels: ['?'] }),
    ruleOf({ rule: 'hard-range', ranges: { wind: [0, 200] }, otherwise: 'reject' }),
    ruleOf({ rule: 'hard-range', ranges: { wind: [0, 150] }, otherwise: 'missing' }),
  ],
  features: [
    { name: 'wind', type: 'number', nullable: true, field: 'wind' },
    { name: 'room', type: 'string', nullable: false, field: 'room' },
  ],
  profile: { schema: 'pitwall.profile/v1', reference: 'none', rows: 1, features: [] },
};
const prepare = compileEventPath(definition);
const valid = { id: 'e1', at: '2013-01-01T00:00:00Z', sensor: 's1', wind: 3, room: 'attic' };

it('makes features of a valid event', () => {
  expect(prepare({ ...valid })).toEqual({
    isPrepared: true,
    id: 'e1',
    eventTimeMs: Date.UTC(2013, 0, 1),
    entity: 's1',
    features: { wind: 3, room: 'attic' },
    notes: [],
  });
});

it('falls back to the next field of the entity where cleaning made the first one missing', () => {
  expect(prepare({ ...valid, sensor: '?' })).toMatchObject({ entity: 'e1', notes: [{ field: 'sensor' }] });
});

it('takes id, time and entity of the envelope before those of the event', () => {
  const envelope = { id: 'ce', time: '2014-01-01T00:00:00Z', entity: 'key' };
  const prepared = prepare({ ...valid, id: undefined, at: 'never', sensor: null }, envelope);
  expect(prepared).toMatchObject({ id: 'ce', eventTimeMs: Date.UTC(2014, 0, 1), entity: 'key' });
});

it('has no id where neither envelope nor definition names one', () => {
  const { id: _id, ...event } = definition.event;
  const anonymous = compileEventPath({ ...definition, event });
  expect(anonymous({ ...valid })).toMatchObject({ isPrepared: true, id: undefined });
});

it('reads a time in milliseconds where the definition says so', () => {
  const inMs = compileEventPath({ ...definition, event: { ...definition.event, timeFormat: 'epoch-ms' } });
  expect(inMs({ ...valid, at: 1000 })).toMatchObject({ eventTimeMs: 1000 });
  expect(inMs({ ...valid })).toMatchObject({ reason: 'invalid_event_time' });
});

it.each([
  ['schema_violation', { ...valid, wind: 'x' }, '/wind'],
  ['schema_violation', 'no object', ''],
  ['schema_violation', null, ''],
  ['schema_violation', { ...valid, room: null }, '/room'],
  ['text_not_storable', { ...valid, more: { note: 'a\0' } }, '/more/note'],
  ['invalid_id', { ...valid, id: '' }, '/id'],
  ['invalid_id', { ...valid, id: 1.5 }, '/id'],
  ['invalid_id', { ...valid, id: 2 ** 53 }, '/id'],
  ['invalid_id', { ...valid, id: 'é'.repeat(257) }, '/id'],
  ['invalid_event_time', { ...valid, at: 1_357_031_700_000 }, '/at'],
  ['invalid_event_time', { ...valid, at: '2013-01-01' }, '/at'],
  ['invalid_entity', { ...valid, sensor: ['s1'] }, '/sensor'],
  ['invalid_entity', { ...valid, sensor: 'x'.repeat(513) }, '/sensor'],
  ['rejected_by_rule', { ...valid, wind: 201 }, '/wind'],
])('rejects as %s: %j', (reason, event, pointer) => {
  const result = prepare(event);
  expect(result).toMatchObject({ isPrepared: false, reason, violationCount: 1, violations: [{ pointer }] });
  expect(result).toHaveProperty('message', expect.stringMatching(/^.{20,}\.$/s));
});

it('takes a whole number as an id, and 512 bytes of it', () => {
  expect(prepare({ ...valid, id: 17 })).toMatchObject({ id: '17' });
  expect(prepare({ ...valid, id: 'é'.repeat(256) })).toMatchObject({ isPrepared: true });
});

it('never throws on JSON, and says of every event either what it is or why not', () => {
  const nearly = fc.record(
    { id: fc.jsonValue(), at: fc.jsonValue(), sensor: fc.jsonValue(), wind: fc.jsonValue(), room: fc.jsonValue() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        nearly.map((some) => ({ ...valid, ...some })),
      ),
      (event) => {
        const result = prepare(event);
        expect(result.isPrepared || result.violations.length > 0).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

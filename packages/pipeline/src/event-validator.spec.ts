import fc from 'fast-check';
import { compileValidator } from './event-validator.js';

const validate = compileValidator({
  type: 'object',
  required: ['id', 'at', 'wind'],
  properties: {
    id: { type: 'string', minLength: 1 },
    at: { type: 'string', format: 'date-time' },
    wind: { type: ['number', 'null'] },
    kind: { enum: ['a', 'b'] },
    nested: { type: 'object', additionalProperties: false, properties: { 'a/b': { type: 'integer' } } },
  },
});
const valid = { id: 'x', at: '2013-01-01T00:00:00Z', wind: 3 };

it.each([[valid], [{ ...valid, wind: null, more: [1] }], [{ ...valid, kind: 'a', nested: { 'a/b': 1 } }]])(
  'accepts %j',
  (event) => {
    expect(validate(event)).toBeUndefined();
  },
);

it.each([
  ['a type', { ...valid, wind: 'strong' }, { pointer: '/wind', rule: 'type', got: '"strong"' }],
  ['no field', { id: 'x', wind: 3 }, { pointer: '/at', rule: 'required', message: 'must be present' }],
  [
    'a time',
    { ...valid, at: '2013-02-30T00:00:00Z' },
    { pointer: '/at', rule: 'format', got: '"2013-02-30T00:00:00Z"' },
  ],
  ['an enum', { ...valid, kind: 'c' }, { pointer: '/kind', rule: 'enum', message: 'must be one of ["a","b"]' }],
  ['a field too many', { ...valid, nested: { 'c~d': 1 } }, { pointer: '/nested/c~0d', rule: 'additionalProperties' }],
  ['a path to escape', { ...valid, nested: { 'a/b': 1.5 } }, { pointer: '/nested/a~1b', rule: 'type', got: '1.5' }],
  ['an infinite number', { ...valid, wind: JSON.parse('1e999') as number }, { pointer: '/wind', rule: 'type' }],
  ['no object', [], { pointer: '', rule: 'type', got: '[]' }],
])('says what is wrong with %s', (_what, event, expected) => {
  expect(validate(event)).toMatchObject({ violations: [expected], count: 1 });
});

it('reports all violations and not the first', () => {
  expect(validate({ id: '', at: 1, wind: 'x' })?.violations.map(({ pointer }) => pointer)).toEqual([
    '/id',
    '/at',
    '/wind',
  ]);
});

it('lists 50 of more, and counts all', () => {
  const check = compileValidator({ type: 'array', items: { type: 'string' } });
  const result = check(Array.from({ length: 80 }, (_, index) => index));
  expect(result).toMatchObject({ count: 80, violations: { length: 50 } });
});

it('cuts what it got to 200 characters', () => {
  expect(validate({ ...valid, wind: 'x'.repeat(1000) })?.violations[0]?.got).toHaveLength(201);
});

it('never throws on JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'large' }), (event) => {
      const result = validate(event);
      expect(result === undefined || result.count > 0).toBe(true);
    }),
  );
});

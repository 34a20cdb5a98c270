import { schemaFields } from '../event-schema.js';
import { cleaningRule, fieldsAfter, unreadableRule, type CleaningRuleConfig } from './index.js';

const fields = schemaFields({
  required: ['distance', 'code', 'at', 'wind'],
  properties: {
    distance: { type: 'string' },
    code: { type: ['integer'] },
    at: { type: 'string' },
    wind: { type: ['number', 'null'] },
    place: { type: 'string' },
    open: {},
  },
});

const ruleOf = (config: { rule: string } & Record<string, unknown>): CleaningRuleConfig => {
  const rule = cleaningRule(config.rule);
  if (rule === undefined) throw new Error(`no rule ${config.rule}`);
  return rule.configure(rule.schema.parse(config));
};

/** `string`, `number`, `string|number`, `?` where anything may be; with ` or nothing` where it can be missing. */
function described(field: string, rules: readonly CleaningRuleConfig[]): string {
  const after = fieldsAfter(rules, fields);
  if (!after.has(field)) return 'unknown';
  const { types } = after.stateOf(field);
  const type = types === undefined ? '?' : [...types].filter((name) => name !== 'null').join('|');
  return after.isAlwaysThere(field) ? type : `${type} or nothing`;
}

const parts = { from: 'at', zone: 'UTC', into: { hour: 'hour', day: 'weekday' } };
const words = { '1': 'one', '2': 'two' };

it.each([
  { field: 'wind', after: 'number or nothing', rule: { rule: 'clamp', ranges: { wind: [0, 1] } } },
  { field: 'distance', after: 'string', rule: { rule: 'trim', fields: ['distance'] } },
  { field: 'distance', after: 'string', rule: { rule: 'case', fields: ['distance'], to: 'lower' } },
  { field: 'distance', after: 'number', rule: { rule: 'parse-number', fields: ['distance'], otherwise: 'reject' } },
  {
    field: 'distance',
    after: 'number or nothing',
    rule: { rule: 'parse-number', fields: ['distance'], otherwise: 'missing' },
  },
  {
    field: 'place',
    after: 'number or nothing',
    rule: { rule: 'parse-number', fields: ['place'], otherwise: 'reject' },
  },
  {
    field: 'code',
    after: 'string',
    rule: { rule: 'map-values', fields: ['code'], values: words, otherwise: 'reject' },
  },
  {
    field: 'code',
    after: 'string or nothing',
    rule: { rule: 'map-values', fields: ['code'], values: words, otherwise: 'missing' },
  },
  {
    field: 'code',
    after: 'number|string',
    rule: { rule: 'map-values', fields: ['code'], values: words, otherwise: 'keep' },
  },
  {
    field: 'open',
    after: '? or nothing',
    rule: { rule: 'map-values', fields: ['open'], values: words, otherwise: 'keep' },
  },
  {
    field: 'distance',
    after: 'string or nothing',
    rule: { rule: 'sentinel-to-missing', fields: ['distance'], sentinels: ['?'] },
  },
  {
    field: 'code',
    after: 'number or nothing',
    rule: { rule: 'hard-range', ranges: { code: [0, 1] }, otherwise: 'missing' },
  },
  { field: 'code', after: 'number', rule: { rule: 'hard-range', ranges: { code: [0, 1] }, otherwise: 'reject' } },
  { field: 'wind', after: 'number', rule: { rule: 'impute', fields: ['wind'], with: { constant: 0 } } },
  { field: 'hour', after: 'number', rule: { rule: 'derive-time', ...parts, otherwise: 'reject' } },
  { field: 'day', after: 'string', rule: { rule: 'derive-time', ...parts, otherwise: 'reject' } },
  { field: 'hour', after: 'number or nothing', rule: { rule: 'derive-time', ...parts, otherwise: 'missing' } },
  {
    field: 'hour',
    after: 'number or nothing',
    rule: { rule: 'derive-time', ...parts, from: 'place', otherwise: 'reject' },
  },
  { field: 'at', after: 'string', rule: { rule: 'derive-time', ...parts, otherwise: 'missing' } },
  { field: 'minute', after: 'unknown', rule: { rule: 'derive-time', ...parts, otherwise: 'missing' } },
])('the field $field is after $rule: $after', ({ field, after, rule }) => {
  expect(described(field, [ruleOf(rule)])).toBe(after);
});

it('lets the last rule that has a say decide', () => {
  const missing = ruleOf({ rule: 'sentinel-to-missing', fields: ['code'], sentinels: [0] });
  const imputed = ruleOf({ rule: 'impute', fields: ['code'], with: { constant: 1 } });
  expect(described('code', [missing, imputed])).toBe('number');
  expect(described('code', [imputed, missing])).toBe('number or nothing');
});

it('finds no fault with anything after a rule that cannot be read, nor with a name that stands in it', () => {
  const broken = unreadableRule({ rule: 'derive-tmie', form: 'at', into: { hour: 'hour' } });
  expect(described('place', [broken])).toBe('?');
  expect(described('hour', [broken])).toBe('?');
  expect(described('minute', [broken])).toBe('unknown');
});

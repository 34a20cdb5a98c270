import { z } from 'zod';
import { fieldList, fieldsOfList, fieldsWithoutText, otherwise, violationOf, type CleaningRule } from './rule.js';

const NAME = 'parse-number';
const config = z
  .strictObject({
    rule: z.literal(NAME),
    fields: fieldList,
    decimal: z.enum(['.', ',']).default('.'),
    /** Between groups of three digits; a space stands for every kind of space. */
    grouping: z.enum([',', '.', ' ', "'", '’', '_']).optional(),
    /** May follow the number, and says nothing that is not known. */
    suffix: z
      .string()
      .regex(/^[^\s\d](?:.*[^\s\d])?$/, 'a text that neither begins nor ends with a space or a digit')
      .max(20)
      .optional(),
    otherwise,
  })
  .refine(({ decimal, grouping }) => decimal !== grouping, {
    path: ['grouping'],
    error: 'another sign than decimal',
  });
type ParseNumberConfig = z.output<typeof config>;

/** A number of more characters is none that somebody wrote; the bound keeps the expression's work small. */
const MAX_CHARACTERS = 64;
/** Space, no-break space, thin space, narrow no-break space. */
const ANY_SPACE = '[ \\u00a0\\u2009\\u202f]';

/** Reads a number as people and spreadsheets write it. Strict in its signs: "1,5" is never fifteen. */
export const parseNumber: CleaningRule<ParseNumberConfig> = {
  name: NAME,
  summary: 'Makes a number of a text such as "1,234.5" or "12 %".',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check: (rule, { fields }) => fieldsWithoutText(fieldsOfList(rule.fields), fields),
  after(rule, fields) {
    const types = new Set(['number']);
    return fields.with(
      rule.fields.map((field) => [
        field,
        { types, isAlwaysThere: fields.isAlwaysThere(field) && rule.otherwise === 'reject' },
      ]),
    );
  },
  compile(rule) {
    const read = numberReader(rule);
    const message = `must be a number written like ${exampleOf(rule)}`;
    const isRejected = rule.otherwise === 'reject';
    return (record, notes) => {
      for (const field of rule.fields) {
        const value = record[field];
        if (value == null || typeof value === 'number') continue;
        const number = typeof value === 'string' ? read(value) : undefined;
        if (number !== undefined) {
          record[field] = number;
          continue;
        }
        if (isRejected) return violationOf({ field, value, rule: NAME, message });
        record[field] = null;
        notes.missing(field, NAME, value);
      }
      return undefined;
    };
  },
};

/** Sign, whole part (plain or in groups of three), fraction, exponent; undefined for anything else and for what is infinite. */
function numberReader({ decimal, grouping, suffix }: ParseNumberConfig): (text: string) => number | undefined {
  const group = grouping === ' ' ? ANY_SPACE : grouping && escaped(grouping);
  const whole = group === undefined ? '\\d+' : `\\d{1,3}(?:${group}\\d{3})+|\\d+`;
  const fraction = `${escaped(decimal)}(\\d+)`;
  const end = suffix === undefined ? '' : `(?:\\s*${escaped(suffix)})?`;
  const pattern = new RegExp(`^([+\\-\\u2212])?(?:(${whole})(?:${fraction})?|${fraction})(?:[eE]([+-]?\\d+))?${end}$`);
  return (text) => {
    const trimmed = text.trim();
    const match = trimmed.length > MAX_CHARACTERS ? null : pattern.exec(trimmed);
    if (match === null) return undefined;
    const [, sign, digits = '0', afterDigits, alone = '0', exponent = '0'] = match;
    const plain = `${digits.replace(/\D/g, '')}.${afterDigits ?? alone}e${exponent}`;
    const number = sign === undefined || sign === '+' ? Number(plain) : -Number(plain);
    // `+ 0` turns -0 into 0: JSON has no -0.
    return Number.isFinite(number) ? number + 0 : undefined;
  };
}

/** For a place in an expression. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function exampleOf({ decimal, grouping, suffix }: ParseNumberConfig): string {
  return `1${grouping ?? ''}234${decimal}5${suffix === undefined ? '' : ` ${suffix}`}`;
}

import { z } from 'zod';
import { fieldList, fieldsOfList, fieldsWithoutText, type CleaningRule } from './rule.js';

const NAME = 'case';
const config = z.strictObject({ rule: z.literal(NAME), fields: fieldList, to: z.enum(['lower', 'upper']) });

/** By Unicode and without a locale: in no place of the world is the lower case of "I" another letter. */
export const caseRule: CleaningRule<z.output<typeof config>> = {
  name: NAME,
  summary: 'Writes a text in lower or in upper case.',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check: (rule, { fields }) => fieldsWithoutText(fieldsOfList(rule.fields), fields),
  after: (_rule, fields) => fields,
  compile({ fields, to }) {
    return (record) => {
      for (const field of fields) {
        const value = record[field];
        if (typeof value === 'string') record[field] = to === 'lower' ? value.toLowerCase() : value.toUpperCase();
      }
      return undefined;
    };
  },
};

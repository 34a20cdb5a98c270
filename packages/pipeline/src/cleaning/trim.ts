import { z } from 'zod';
import { fieldList, fieldsOfList, fieldsWithoutText, type CleaningRule } from './rule.js';

const NAME = 'trim';
const config = z.strictObject({ rule: z.literal(NAME), fields: fieldList });

/** A text of nothing but white space becomes the empty text; whether that is missing, `sentinel-to-missing` says. */
export const trim: CleaningRule<z.output<typeof config>> = {
  name: NAME,
  summary: 'Takes the white space off both ends of a text.',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check: (rule, { fields }) => fieldsWithoutText(fieldsOfList(rule.fields), fields),
  after: (_rule, fields) => fields,
  compile({ fields }) {
    return (record) => {
      for (const field of fields) {
        const value = record[field];
        if (typeof value === 'string') record[field] = value.trim();
      }
      return undefined;
    };
  },
};

import { z } from 'zod';
import { fieldList, fieldsOfList, type CleaningContext, type CleaningRule, type RuleFinding } from './rule.js';

const config = z.strictObject({
  rule: z.literal('impute'),
  fields: fieldList,
  with: z.union([
    z.strictObject({ constant: z.union([z.number(), z.string()]) }),
    z.strictObject({ reference: z.literal('median') }),
  ]),
});
type ImputeConfig = z.output<typeof config>;

/** Fills what is missing. Only where the models do not learn from missing values themselves. */
export const impute: CleaningRule<ImputeConfig> = {
  name: 'impute',
  summary: 'Fills a missing field with a constant, or with the median of its feature in the reference profile.',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check({ fields, with: source }, context) {
    return fields.flatMap((field, index): RuleFinding[] => {
      if ('reference' in source) {
        const expected = 'a field of a number feature that models/profile.json knows';
        return medianOf(field, context) === undefined ? [{ path: ['fields', index], got: field, expected }] : [];
      }
      const fits = context.fields.allows(field, typeof source.constant === 'number' ? 'number' : 'string');
      const expected = `a value of the type of the field ${field}`;
      return fits ? [] : [{ path: ['with', 'constant'], got: source.constant, expected }];
    });
  },
  after: (rule, fields) =>
    fields.with(rule.fields.map((field) => [field, { ...fields.stateOf(field), isAlwaysThere: true }])),
  compile({ fields, with: source }, context) {
    const fillings = fields.map((field) => ({
      field,
      value: 'constant' in source ? source.constant : medianOf(field, context),
    }));
    return (record, notes) => {
      for (const { field, value } of fillings) {
        if (record[field] != null) continue;
        record[field] = value;
        notes.repaired(field, 'impute', undefined);
      }
      return undefined;
    };
  },
};

function medianOf(field: string, { features, profile }: CleaningContext): number | undefined {
  const feature = features.find((candidate) => candidate.field === field);
  const reference = profile.features.find((candidate) => candidate.name === feature?.name);
  return reference?.type === 'number' ? reference.median : undefined;
}

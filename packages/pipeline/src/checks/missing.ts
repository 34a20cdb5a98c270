import type { SchemaFields } from '../event-schema.js';
import type { DefinitionParts } from './check.js';

/** What decides whether a field is there. */
export interface FieldRules {
  readonly fields: SchemaFields;
  readonly cleaning: DefinitionParts['cleaning'];
}

/** Whether the field of a valid event can be missing after cleaning: the last rule that has a say decides. */
export function canBeMissing(field: string, { fields, cleaning }: FieldRules): boolean {
  // A rule that could not be read may be the one that fills the field.
  if (cleaning === undefined || cleaning.includes(undefined)) return false;
  return cleaning.reduce((missing, rule) => {
    if (rule === undefined || rule.missing === 'unchanged') return missing;
    return rule.fields.some((touched) => touched.field === field) ? rule.missing === 'may' : missing;
  }, !fields.isAlwaysThere(field));
}

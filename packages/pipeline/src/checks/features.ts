import type { Finding } from '../definition-problem.js';
import type { Feature } from '../feature.js';
import { duplicates, PIPELINE_FILE, type DefinitionCheck } from './check.js';
import { unknownField } from './event-fields.js';
import { canBeMissing, type FieldRules } from './missing.js';

/** Every feature is read from a field that has its type, and one that is not nullable is never missing. */
export const checkFeatures: DefinitionCheck = ({ features = [], fields, cleaning }) => {
  const names = features.map(({ name }, index) => ({ value: name, path: ['features', index, 'name'] }));
  return [
    ...duplicates(PIPELINE_FILE, names),
    ...(fields === undefined
      ? []
      : features.flatMap((feature, index) => checkFeature(feature, index, { fields, cleaning }))),
  ];
};

function checkFeature(feature: Feature, index: number, rules: FieldRules): Finding[] {
  const key = feature.field === feature.name ? 'name' : 'field';
  const unknown = unknownField(feature.field, ['features', index, key], rules.fields);
  if (unknown.length > 0) return unknown;
  if (!rules.fields.allows(feature.field, feature.type)) {
    const expected = `the type that event.schema.json gives the field ${feature.field}`;
    return [{ file: PIPELINE_FILE, path: ['features', index, 'type'], got: feature.type, expected }];
  }
  if (feature.nullable || !canBeMissing(feature.field, rules)) return [];
  const expected = `true, since ${feature.field} can be missing after cleaning; or a field that is required and not null, or imputed`;
  return [{ file: PIPELINE_FILE, path: ['features', index, 'nullable'], got: false, expected }];
}

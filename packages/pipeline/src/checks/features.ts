import type { Finding } from '../definition-problem.js';
import type { EventFields } from '../event-fields.js';
import type { Feature } from '../feature.js';
import { duplicates, PIPELINE_FILE, type DefinitionCheck } from './check.js';
import { unknownCleanField } from './event-fields.js';

/** Every feature is read from a field of the cleaned event that has its type, and one that is not nullable is never missing. */
export const checkFeatures: DefinitionCheck = ({ features = [], cleanFields }) => {
  const names = features.map(({ name }, index) => ({ value: name, path: ['features', index, 'name'] }));
  return [
    ...duplicates(PIPELINE_FILE, names),
    ...(cleanFields === undefined
      ? []
      : features.flatMap((feature, index) => checkFeature(feature, index, cleanFields))),
  ];
};

function checkFeature(feature: Feature, index: number, fields: EventFields): Finding[] {
  const key = feature.field === feature.name ? 'name' : 'field';
  const unknown = unknownCleanField(feature.field, ['features', index, key], fields);
  if (unknown.length > 0) return unknown;
  if (!fields.allows(feature.field, feature.type)) {
    const expected = `the type of the field ${feature.field} after cleaning`;
    return [{ file: PIPELINE_FILE, path: ['features', index, 'type'], got: feature.type, expected }];
  }
  if (feature.nullable || fields.isAlwaysThere(feature.field)) return [];
  const expected = `true, since ${feature.field} can be missing after cleaning; or a field that is required and not null, or imputed`;
  return [{ file: PIPELINE_FILE, path: ['features', index, 'nullable'], got: false, expected }];
}

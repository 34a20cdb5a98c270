import type { FeatureValue, QualityNote } from '@pitwall/contracts';
import type { QualityNotes } from './cleaning/quality-notes.js';
import type { EventRecord } from './cleaning/rule.js';
import type { Violations } from './event-validator.js';
import type { Feature } from './feature.js';

/** The features of a message by name, in the order of the definition; missing is null. */
export type FeatureValues = Record<string, FeatureValue>;

/** Takes the features out of a cleaned event, or says which ones the event cannot give. */
export type FeatureExtractor = (
  record: EventRecord,
  notes: QualityNotes,
) => { readonly features: FeatureValues } | Violations;

/** The `rule` of a note on a field for which the producer sent nothing. */
export const ABSENT = 'absent';

/** Makes ready the features of one definition. A feature without a value gets a note, unless a rule has noted the field. */
export function compileFeatures(features: readonly Feature[]): FeatureExtractor {
  const plans = features.map(({ name, field, type, nullable }) => {
    const note: QualityNote = Object.freeze({ field, kind: 'missing', rule: ABSENT });
    return { name, field, type, nullable, note };
  });
  return (record, notes) => {
    const values: FeatureValues = {};
    for (const { name, field, type, nullable, note } of plans) {
      const value = record[field];
      if (value == null && nullable) {
        values[name] = null;
        if (!notes.has(field)) notes.add(note);
      } else if (typeof value === type) {
        values[name] = value as FeatureValue;
      } else {
        return violationsOf(features, record);
      }
    }
    return { features: values };
  };
}

function violationsOf(features: readonly Feature[], record: EventRecord): Violations {
  const wrong = features.filter(({ field, type, nullable }) => {
    const value = record[field];
    return value == null ? !nullable : typeof value !== type;
  });
  const violations = wrong.map(({ name, field, type }) => ({
    pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    rule: 'feature',
    message: `must be a ${type} after cleaning: the feature ${name} is made of it`,
    got: (JSON.stringify(record[field]) ?? 'nothing').slice(0, 200),
  }));
  return { violations, count: violations.length };
}

import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';
import type { SchemaFields } from '../event-schema.js';
import { PIPELINE_FILE, type DefinitionCheck, type DefinitionParts } from './check.js';
import { canBeMissing, type FieldRules } from './missing.js';

/** Id, time and entity are fields of the event, and an event always has a time and an entity. */
export const checkEventFields: DefinitionCheck = ({ event, fields, cleaning }) => {
  if (event === undefined || fields === undefined) return [];
  return [
    ...(event.id === undefined ? [] : unknownField(event.id, ['event', 'id'], fields)),
    ...checkTime(event, fields),
    ...checkEntity(event, { fields, cleaning }),
  ];
};

type EventSection = NonNullable<DefinitionParts['event']>;

function checkTime({ time, timeFormat }: EventSection, fields: SchemaFields): Finding[] {
  const path = ['event', 'time'];
  const unknown = unknownField(time, path, fields);
  const type = timeFormat === 'rfc3339' ? 'string' : 'number';
  if (unknown.length > 0 || fields.allows(time, type)) return unknown;
  return [problem(path, time, `a field with a ${type}, as the time format ${timeFormat} says`)];
}

function checkEntity({ entity }: EventSection, rules: FieldRules): Finding[] {
  const last = entity.length - 1;
  return entity.flatMap((field, index) => {
    const path = ['event', 'entity', index];
    const unknown = unknownField(field, path, rules.fields);
    if (unknown.length > 0 || index < last || !canBeMissing(field, rules)) return unknown;
    return [problem(path, field, 'as the last one a field that is required, not null and never made missing')];
  });
}

/** A finding if the event schema has no such field. */
export function unknownField(field: string, path: readonly PropertyKey[], fields: SchemaFields): Finding[] {
  if (fields.has(field)) return [];
  const expected = 'a field under "properties" of event.schema.json';
  return [{ ...problem(path, field, expected), didYouMean: didYouMean(field, fields.names) }];
}

function problem(path: readonly PropertyKey[], got: unknown, expected: string): Finding {
  return { file: PIPELINE_FILE, path, got, expected };
}

import type { Finding } from '../definition-problem.js';
import { didYouMean } from '../did-you-mean.js';
import type { EventFields } from '../event-fields.js';
import { PIPELINE_FILE, type DefinitionCheck, type DefinitionParts } from './check.js';

/** Id and time are fields of the raw event, the entity is one of the cleaned event and always there. */
export const checkEventFields: DefinitionCheck = ({ event, fields, cleanFields }) => {
  if (event === undefined || fields === undefined) return [];
  return [
    ...(event.id === undefined ? [] : unknownField(event.id, ['event', 'id'], fields)),
    ...checkTime(event, fields),
    ...(cleanFields === undefined ? [] : checkEntity(event, cleanFields)),
  ];
};

type EventSection = NonNullable<DefinitionParts['event']>;

function checkTime({ time, timeFormat }: EventSection, fields: EventFields): Finding[] {
  const path = ['event', 'time'];
  const unknown = unknownField(time, path, fields);
  const type = timeFormat === 'rfc3339' ? 'string' : 'number';
  if (unknown.length > 0 || fields.allows(time, type)) return unknown;
  return [problem(path, time, `a field with a ${type}, as the time format ${timeFormat} says`)];
}

function checkEntity({ entity }: EventSection, fields: EventFields): Finding[] {
  const last = entity.length - 1;
  return entity.flatMap((field, index) => {
    const path = ['event', 'entity', index];
    const unknown = unknownCleanField(field, path, fields);
    if (unknown.length > 0 || index < last || fields.isAlwaysThere(field)) return unknown;
    return [problem(path, field, 'as the last one a field that is required, not null and never made missing')];
  });
}

/** A finding if the event schema has no such field. */
function unknownField(field: string, path: readonly PropertyKey[], fields: EventFields): Finding[] {
  if (fields.has(field)) return [];
  const expected = 'a field under "properties" of event.schema.json';
  return [{ ...problem(path, field, expected), didYouMean: didYouMean(field, fields.names) }];
}

/** A finding if neither the event schema nor the cleaning so far has such a field. */
export function unknownCleanField(field: string, path: readonly PropertyKey[], fields: EventFields): Finding[] {
  return unknownField(field, path, fields).map((finding) => ({
    ...finding,
    expected: `${finding.expected}, or one that cleaning has derived before`,
  }));
}

function problem(path: readonly PropertyKey[], got: unknown, expected: string): Finding {
  return { file: PIPELINE_FILE, path, got, expected };
}

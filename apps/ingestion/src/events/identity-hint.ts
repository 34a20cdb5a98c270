import { defaultSource, LIMITS, type EventIdentity } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { Envelope } from './envelope.js';

/**
 * The id that the event itself gives, with every digit of a number that JavaScript would round; undefined where it gives none.
 */
export function statedId(envelope: Envelope, event: PipelineDefinition['event']): string | undefined {
  if (envelope.id !== null) return envelope.id;
  return event.id === undefined ? undefined : exactDigits(envelope, event.id);
}

/** The entity that the record gives before the definition's fields are asked; undefined where it gives none. */
export function statedEntity(envelope: Envelope, event: PipelineDefinition['event']): string | undefined {
  if (envelope.partitionKey !== null) return envelope.partitionKey;
  if (envelope.exact === null) return undefined;
  const field = event.entity.find((name) => !isEmpty(fieldOf(envelope.data, name)));
  return field === undefined ? undefined : exactDigits(envelope, field);
}

/**
 * The identity of an event that cannot be processed, as far as it can be told: it closes the dead letter once the event was
 * decided after all. Null where nothing usable is there.
 */
export function identityHint(envelope: Envelope, definition: PipelineDefinition): EventIdentity | null {
  const source = envelope.source ?? defaultSource(definition.name);
  const { id: field } = definition.event;
  const id =
    statedId(envelope, definition.event) ?? textOf(field === undefined ? undefined : fieldOf(envelope.data, field));
  return id !== undefined && isUsable(id) && isUsable(source) ? { source, id } : null;
}

/** True for what may name an event: 1 to 512 bytes that PostgreSQL can store. */
export function isUsable(text: string): boolean {
  return (
    text !== '' && Buffer.byteLength(text, 'utf8') <= LIMITS.maxIdBytes && text.isWellFormed() && !text.includes('\0')
  );
}

function exactDigits(envelope: Envelope, field: string): string | undefined {
  return envelope.exact?.get(`/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

function fieldOf(data: unknown, field: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, field)) return undefined;
  return (data as Readonly<Record<string, unknown>>)[field];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

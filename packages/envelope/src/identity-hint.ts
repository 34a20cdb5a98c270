import { defaultSource, HEADER, LIMITS, type EventIdentity } from '@pitwall/contracts';
import { decodeText, type Header } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { contentModeOf, type Envelope } from './envelope.js';

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
export function identityHint(
  envelope: Envelope,
  definition: Pick<PipelineDefinition, 'event' | 'name'>,
): EventIdentity | null {
  const source = envelope.source ?? defaultSource(definition.name);
  const { id: field } = definition.event;
  const id =
    statedId(envelope, definition.event) ?? textOf(field === undefined ? undefined : fieldOf(envelope.data, field));
  return usableIdentity(source, id);
}

/** The identity that CloudEvents headers state, whatever else is wrong with the record; null where they do not, or not clearly. */
export function headerIdentity(headers: readonly Header[]): EventIdentity | null {
  if (contentModeOf(headers) !== 'binary') return null;
  return usableIdentity(onlyText(headers, HEADER.ceSource), onlyText(headers, HEADER.ceId));
}

/** Both as an identity; null where one of them cannot be part of one. */
export function usableIdentity(source: unknown, id: unknown): EventIdentity | null {
  if (typeof source !== 'string' || typeof id !== 'string') return null;
  return isUsable(id) && isUsable(source) ? { source, id } : null;
}

/** Null where a header is absent, stands more than once, or is no text. */
function onlyText(headers: readonly Header[], name: string): string | null {
  const [first, second] = headers.filter((header) => header.name === name);
  return first === undefined || second !== undefined || first.value === null ? null : decodeText(first.value);
}

/** True where the event has nothing at the place where the definition has its id. */
export function lacksId(envelope: Envelope, event: PipelineDefinition['event']): boolean {
  if (envelope.id !== null) return false;
  return event.id === undefined || (fieldOf(envelope.data, event.id) ?? null) === null;
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

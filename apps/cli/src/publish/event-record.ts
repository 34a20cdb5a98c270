import { randomUUID } from 'node:crypto';
import { defaultSource, type EventIdentity, eventsTopic, HEADER, JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { type Envelope, identityHint, isDead, readEnvelope, statedEntity } from '@pitwall/envelope';
import { type OutboundRecord, partitionFor, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CommandFailure, EXIT } from '../exit-codes.js';

/** What is said of an event besides the event itself. */
export interface EventOptions {
  readonly id?: string;
  readonly source?: string;
  readonly key?: string;
}

/** Where an event goes. */
export interface EventPlace {
  readonly definition: PipelineDefinition;
  /** Partitions of the events topic. */
  readonly partitions: number;
}

/** An event that is ready to be published. */
export interface EventRecord {
  /** Null where it cannot be told: Pitwall will say so in a dead letter. */
  readonly identity: EventIdentity | null;
  readonly record: OutboundRecord;
}

const STRUCTURED_TYPE = 'application/cloudevents+json';

/**
 * The record of an event, its value as it is. A document that is a CloudEvent by itself goes as one (structured mode); any
 * other is wrapped in headers (binary mode), with id and entity from the fields that the definition names, or a new id.
 */
export function eventRecord(document: string, options: EventOptions, place: EventPlace): EventRecord {
  const value = Buffer.from(document);
  const envelope = readEnvelope({ key: null, value, headers: [] }, { isIdRequired: false });
  const readable = isDead(envelope) ? null : envelope;
  return isCloudEvent(readable?.data) ? structured(value, options, place) : binary(value, readable, { options, place });
}

function structured(value: Buffer, { id, source, key }: EventOptions, place: EventPlace): EventRecord {
  if (id !== undefined || source !== undefined) {
    throw new CommandFailure(
      'Got --id or --source for a CloudEvent, which states both itself; leave them away, or publish its data alone.',
      EXIT.usage,
    );
  }
  const headers = [textHeader(HEADER.contentType, STRUCTURED_TYPE)];
  const envelope = readEnvelope({ key: null, value, headers }, { isIdRequired: true });
  if (isDead(envelope)) return { identity: envelope.identity, record: recordOf({ key, value, headers }, place) };
  const entity = key ?? entityOf(envelope, place.definition);
  const identity = identityHint(envelope, place.definition);
  return { identity, record: recordOf({ key: entity, value, headers }, place) };
}

function binary(
  value: Buffer,
  envelope: Envelope | null,
  { options, place }: { readonly options: EventOptions; readonly place: EventPlace },
): EventRecord {
  const { definition } = place;
  const stated = envelope === null ? null : identityHint(envelope, definition);
  const identity = {
    source: options.source ?? defaultSource(definition.name),
    id: options.id ?? stated?.id ?? randomUUID(),
  };
  const headers = [
    textHeader(HEADER.ceSpecVersion, '1.0'),
    textHeader(HEADER.ceId, identity.id),
    textHeader(HEADER.ceSource, identity.source),
    textHeader(HEADER.ceType, definition.event.type),
    textHeader(HEADER.contentType, JSON_CONTENT_TYPE),
  ];
  const key = options.key ?? (envelope === null ? undefined : entityOf(envelope, definition));
  return { identity, record: recordOf({ key, value, headers }, place) };
}

function recordOf(
  content: { readonly key: string | undefined; readonly value: Buffer; readonly headers: OutboundRecord['headers'] },
  { definition, partitions }: EventPlace,
): OutboundRecord {
  const { value, headers } = content;
  const key = content.key === undefined ? null : Buffer.from(content.key);
  return {
    topic: eventsTopic.name(definition.name),
    partition: partitionFor(key ?? value, partitions),
    key,
    value,
    headers,
  };
}

function isCloudEvent(data: unknown): boolean {
  return isRecord(data) && typeof data['specversion'] === 'string' && typeof data['type'] === 'string';
}

/** The first field of the entity that is there. */
function entityOf(envelope: Envelope, { event }: PipelineDefinition): string | undefined {
  const stated = statedEntity(envelope, event);
  if (stated !== undefined) return stated;
  const { data } = envelope;
  if (!isRecord(data)) return undefined;
  const value = event.entity.map((field) => data[field]).find((found) => found != null && found !== '');
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

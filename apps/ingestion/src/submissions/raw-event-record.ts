import { randomUUID } from 'node:crypto';
import { defaultSource, eventsTopic, HEADER, JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { type Header, type OutboundRecord, partitionFor, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { contentModeOf, type RecordContent } from '../events/envelope.js';
import type { ReadEvent } from '../events/event-ingestor.js';

/** An event that is ready to be published, and the id under which its decision will be found. */
export interface RawEvent {
  readonly id: string;
  readonly source: string;
  readonly record: OutboundRecord;
}

/**
 * The record on the events topic. An event without an id is given one, in a CloudEvents envelope around its untouched bytes:
 * whoever repeats the request can state it. The key is the entity, so that an entity's events keep their order.
 */
export function rawEventOf(
  content: RecordContent,
  read: ReadEvent,
  to: { definition: PipelineDefinition; traceparent: string },
): RawEvent {
  const { envelope, event } = read;
  const id = event.id ?? randomUUID();
  const source = envelope.source ?? defaultSource(to.definition.name);
  const key = Buffer.from(event.entity, 'utf8');
  const isPlain = contentModeOf(content.headers) === 'plain';
  const headers = isPlain ? binaryHeaders({ id, source, type: to.definition.event.type }) : content.headers;
  const record: OutboundRecord = {
    topic: eventsTopic.name(to.definition.name),
    partition: partitionFor(key, to.definition.partitions),
    key,
    value: content.value,
    headers: [...headers, textHeader(HEADER.traceparent, to.traceparent)],
  };
  return { id, source, record };
}

function binaryHeaders(event: { readonly id: string; readonly source: string; readonly type: string }): Header[] {
  return [
    textHeader(HEADER.ceSpecVersion, '1.0'),
    textHeader(HEADER.ceId, event.id),
    textHeader(HEADER.ceSource, event.source),
    textHeader(HEADER.ceType, event.type),
    textHeader(HEADER.contentType, JSON_CONTENT_TYPE),
  ];
}

import { defaultSource, eventsTopic, HEADER, JSON_CONTENT_TYPE, LIMITS } from '@pitwall/contracts';
import { contentModeOf, type RecordContent } from '@pitwall/envelope';
import { type Header, type OutboundRecord, partitionFor, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { ReadEvent } from '../events/event-ingestor.js';

/** An event that is ready to be published, and the id under which its decision will be found. */
export interface RawEvent {
  readonly id: string;
  readonly source: string;
  readonly record: OutboundRecord;
}

/**
 * The record on the events topic. An event is published under the id that it was read with, also where it did not state it in
 * its envelope: a plain one gets CloudEvents headers around its untouched bytes, one in binary mode the header that it lacks, and
 * one in structured mode the member that it lacks at its end. So whoever repeats the request can state the id.
 *
 * Null where the value would be larger than an event's may be.
 */
export function rawEventOf(
  content: RecordContent,
  read: ReadEvent,
  to: { readonly definition: PipelineDefinition; readonly traceparent: string },
): RawEvent | null {
  const { envelope, event } = read;
  // It was given one if it had none, see SubmissionsService.
  const id = event.id as string;
  const source = envelope.source ?? defaultSource(to.definition.name);
  const stated = envelope.id === null ? withId(content, { id, source, type: to.definition.event.type }) : content;
  if ((stated.value as Buffer).length > LIMITS.maxEventBytes) return null;
  const key = Buffer.from(event.entity, 'utf8');
  const record: OutboundRecord = {
    topic: eventsTopic.name(to.definition.name),
    partition: partitionFor(key, to.definition.partitions),
    key,
    value: stated.value,
    headers: [...stated.headers, textHeader(HEADER.traceparent, to.traceparent)],
  };
  return { id, source, record };
}

interface Stated {
  readonly id: string;
  readonly source: string;
  readonly type: string;
}

/** The content with an id in its envelope, which has none. */
function withId(content: RecordContent, stated: Stated): RecordContent {
  const mode = contentModeOf(content.headers);
  switch (mode) {
    case 'plain':
      return { ...content, headers: binaryHeaders(stated) };
    case 'binary':
      return { ...content, headers: [...content.headers, textHeader(HEADER.ceId, stated.id)] };
    case 'structured':
      return { ...content, value: withMember(content.value as Buffer, 'id', stated.id) };
    default:
      return mode satisfies never;
  }
}

const CLOSING_BRACE = 0x7d;

/** A JSON object, to the byte, with one member more before its closing brace: it has others. */
function withMember(document: Buffer, name: string, value: string): Buffer {
  const end = document.lastIndexOf(CLOSING_BRACE);
  const member = Buffer.from(`,${JSON.stringify(name)}:${JSON.stringify(value)}`, 'utf8');
  return Buffer.concat([document.subarray(0, end), member, document.subarray(end)]);
}

function binaryHeaders(event: Stated): Header[] {
  return [
    textHeader(HEADER.ceSpecVersion, '1.0'),
    textHeader(HEADER.ceId, event.id),
    textHeader(HEADER.ceSource, event.source),
    textHeader(HEADER.ceType, event.type),
    textHeader(HEADER.contentType, JSON_CONTENT_TYPE),
  ];
}

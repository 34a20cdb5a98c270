import { defaultSource, eventsTopic, feedbackTopic, HEADER, JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { type OutboundRecord, partitionFor } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { PlannedFeedback } from './label-plan.js';
import type { Draft } from './poison.js';

/** A pipeline, as far as a producer has to know it. */
export type ProducedPipeline = Pick<PipelineDefinition, 'name' | 'partitions'> & {
  readonly event: Pick<PipelineDefinition['event'], 'type'>;
};

/**
 * Makes the record of an event as any producer would: CloudEvents in binary mode, the entity as the key. It carries no trace
 * context: the trace begins where the event enters, and sampling is decided there.
 */
export function rawRecord(draft: Draft, pipeline: ProducedPipeline): OutboundRecord {
  const headers = {
    [HEADER.ceSpecVersion]: Buffer.from('1.0'),
    [HEADER.ceId]: Buffer.from(draft.id),
    [HEADER.ceSource]: Buffer.from(defaultSource(pipeline.name)),
    [HEADER.ceType]: Buffer.from(pipeline.event.type),
    [HEADER.ceTime]: Buffer.from(new Date(draft.eventTimeMs).toISOString()),
    [HEADER.contentType]: Buffer.from(JSON_CONTENT_TYPE),
    ...draft.headers,
  };
  const key = Buffer.from(draft.entity);
  return {
    topic: eventsTopic.name(pipeline.name),
    partition: partitionFor(key, pipeline.partitions),
    key,
    value: draft.value,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  };
}

/**
 * Makes the record of a label, or of what should have been one: plain JSON. It is keyed as its event, so that what is said of
 * one event is read in the order in which it was sent.
 */
export function feedbackRecord(
  { entity, value }: PlannedFeedback,
  pipeline: Pick<ProducedPipeline, 'name' | 'partitions'>,
): OutboundRecord {
  const key = Buffer.from(entity);
  return {
    topic: feedbackTopic.name(pipeline.name),
    partition: partitionFor(key, pipeline.partitions),
    key,
    value,
    headers: [{ name: HEADER.contentType, value: Buffer.from(JSON_CONTENT_TYPE) }],
  };
}

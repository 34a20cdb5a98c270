import { CE_TYPE, featuresTopic, formatOrigin, HEADER, LIMITS, type FeaturesMessage } from '@pitwall/contracts';
import { cloudEventHeaders, headerOf, partitionFor, textHeader, type Header, type Message, type OutboundRecord } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';

/**
 * The record on the features topic, keyed by entity: from here on one entity's events stay in one partition and in order.
 * Null where it would be larger than any derived message may be.
 */
export function featuresRecord(features: FeaturesMessage, message: Message, definition: PipelineDefinition): OutboundRecord | null {
  const value = Buffer.from(JSON.stringify(features), 'utf8');
  if (value.length > LIMITS.maxDerivedBytes) return null;
  const topic = featuresTopic.name(definition.name);
  const key = Buffer.from(features.entity, 'utf8');
  return { topic, partition: partitionFor(key, definition.partitions), key, value, headers: headersOf(features, message, topic) };
}

function headersOf(features: FeaturesMessage, message: Message, topic: string): Header[] {
  const headers = cloudEventHeaders({
    id: features.id,
    source: features.source,
    type: CE_TYPE.features,
    time: features.eventTime,
    subject: features.entity,
  });
  headers.push(textHeader(HEADER.origin, formatOrigin(message.origin)), textHeader(HEADER.traceparent, message.trace.send(topic)));
  const traceState = headerOf(message.record.headers, HEADER.tracestate);
  if (traceState !== undefined && traceState !== null) headers.push({ name: HEADER.tracestate, value: traceState });
  return headers;
}

import { CE_TYPE, featuresTopic, type FeaturesMessage, HEADER, LIMITS } from '@pitwall/contracts';
import { cloudEventHeaders, type Message, type OutboundRecord, partitionFor, textHeader } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';

const REPLAYED = textHeader(HEADER.replayed, '1');

/**
 * The record on the features topic, keyed by entity: from here on one entity's events stay in one partition and in order.
 * Null where it would be larger than any derived message may be.
 */
export function featuresRecord(
  features: FeaturesMessage,
  message: Message,
  definition: PipelineDefinition,
): OutboundRecord | null {
  const value = Buffer.from(JSON.stringify(features), 'utf8');
  if (value.length > LIMITS.maxDerivedBytes) return null;
  const topic = featuresTopic.name(definition.name);
  const key = Buffer.from(features.entity, 'utf8');
  const headers = cloudEventHeaders({
    id: features.id,
    source: features.source,
    type: CE_TYPE.features,
    time: features.eventTime,
    subject: features.entity,
    origin: message.origin,
    inputAppendedAt: message.record.appendedAt,
    traceparent: message.trace.send(topic),
    tracestate: message.trace.tracestate,
  });
  // Travels on: the dead letter of a later stage is that of this attempt.
  if (message.redriveAttempt > 0) headers.push(textHeader(HEADER.redriveAttempt, String(message.redriveAttempt)));
  else if (isReplayed(message)) headers.push(REPLAYED);
  return { topic, partition: partitionFor(key, definition.partitions), key, value, headers };
}

/** A copy: it stands for an earlier record of its partition. */
function isReplayed({ origin, record }: Message): boolean {
  return origin.offset !== record.offset;
}

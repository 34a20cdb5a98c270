import { outcomesTopic } from '@pitwall/contracts';
import { type OutboundRecord, partitionFor } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { Publication } from '../storage/publication.js';

/**
 * The record on the outcomes topic. Its partition is that of the result, by the entity, whichever partition the label came on:
 * so the outcomes of an entity stand in one partition.
 */
export function outcomeRecord(
  { key, value, headers }: Publication,
  { name, partitions }: Pick<PipelineDefinition, 'name' | 'partitions'>,
): OutboundRecord {
  return { topic: outcomesTopic.name(name), partition: partitionFor(key, partitions), key, value, headers };
}

import { eventTimeOf } from '@pitwall/envelope';
import type { InboundRecord } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';

/** Which records of a range are meant. */
export interface Selection {
  /** Only records with this key. */
  readonly key: string | null;
  /** Only events of this time, milliseconds since the epoch: from the first, up to and without the second. */
  readonly eventTime: { readonly fromMs: number; readonly toMs: number } | null;
}

/** Whether a record is meant. An event whose time cannot be read is in no range of event time. */
export function isSelected(
  record: InboundRecord,
  { key, eventTime }: Selection,
  definition: PipelineDefinition,
): boolean {
  if (key !== null && record.key?.toString('utf8') !== key) return false;
  if (eventTime === null) return true;
  const at = eventTimeOf(record, definition);
  return at !== null && at >= eventTime.fromMs && at < eventTime.toMs;
}

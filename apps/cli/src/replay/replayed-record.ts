import { formatOrigin, HEADER, type Origin } from '@pitwall/contracts';
import { type InboundRecord, type OutboundRecord, rawOriginOf, textHeader } from '@pitwall/messaging';

/** A raw record that is published again, and the one that it stands for. */
export interface Replayed {
  readonly record: OutboundRecord;
  readonly origin: Origin;
  /** It was put there by an earlier replay: whatever is to be done about it is done by that of its origin. */
  readonly isCopy: boolean;
}

/**
 * The record as it is, trace context included, to the same partition; with one more header that says where it stood first.
 * A record that says so already, because it was replayed or redriven before, stays as it is.
 */
export function replayedRecord(raw: InboundRecord): Replayed {
  const { topic, partition, offset, key, value, headers } = raw;
  const origin = rawOriginOf(raw);
  if (origin.partition !== partition || origin.offset !== offset) {
    // A redrive may have sent another payload: that is no copy.
    const isCopy = !headers.some(({ name }) => name === HEADER.redriveAttempt);
    return { origin, record: { topic, partition, key, value, headers }, isCopy };
  }
  // What is not believed of a record must not be read in place of what is true.
  const others = headers.filter(({ name }) => name !== HEADER.origin);
  const stated = [...others, textHeader(HEADER.origin, formatOrigin(origin))];
  return { origin, record: { topic, partition, key, value, headers: stated }, isCopy: false };
}

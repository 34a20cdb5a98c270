import { contentDigest, HEADER, type Origin, parseOrigin } from '@pitwall/contracts';
import type { Message, MessageBatch, RecordTrace } from '../batch-handler.js';
import { headerOf } from '../headers.js';
import type { Assignment, InboundRecord, RecordBatch } from '../port.js';
import { redriveAttemptOf } from '../redrive-attempt.js';

/** A record for tests: what is not given is null, empty or zero. */
export function aRecord(parts: Partial<InboundRecord> & { readonly topic: string }): InboundRecord {
  return { partition: 0, offset: 0, appendedAt: Date.UTC(2024, 0, 1), key: null, value: null, headers: [], ...parts };
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** A trace for tests that passes the same unsampled context on to every topic. */
export function aTrace(parts: Partial<RecordTrace> = {}): RecordTrace {
  return {
    sampled: false,
    traceId: TRACE_ID,
    tracestate: null,
    send: () => `00-${parts.traceId ?? TRACE_ID}-b7ad6b7169203331-00`,
    abandonSends: () => undefined,
    linkTo: () => undefined,
    setAttribute: () => undefined,
    ...parts,
  };
}

/** A record as a handler sees it: origin by its header, or the record itself. */
export function messageOf(record: InboundRecord, parts: Partial<Message> = {}): Message {
  const header = headerOf(record.headers, HEADER.origin);
  const { topic, partition, offset, appendedAt, key, value } = record;
  const origin: Origin =
    header === null || header === undefined
      ? { topic, partition, offset, appendedAt, digest: contentDigest(key, value) }
      : parseOrigin(header.toString('utf8'));
  return { record, trace: aTrace(), origin, redriveAttempt: redriveAttemptOf(record.headers), ...parts };
}

/** An assignment that is held. */
export function anAssignment(parts: Partial<Assignment> = {}): Assignment {
  return {
    id: 1,
    committedOffset: null,
    committedMetadata: null,
    logStartOffset: 0,
    ended: new AbortController().signal,
    isHeld: () => true,
    commit: async () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    rejoin: () => undefined,
    ...parts,
  };
}

/** What a batch handler is called with. All records are of the first one's partition; there is at least one. */
export function batchOf(
  pipeline: string,
  records: readonly [InboundRecord, ...InboundRecord[]],
  parts: Partial<RecordBatch> = {},
): MessageBatch {
  const [{ topic, partition }] = records;
  const end = Math.max(...records.map(({ offset }) => offset)) + 1;
  const batch: RecordBatch = {
    topic,
    partition,
    records,
    nextOffset: end,
    assignment: anAssignment(),
    highWatermark: end,
    ...parts,
  };
  const messages = records.map((record) => messageOf(record));
  return { pipeline, batch, messages, heartbeat: async () => undefined };
}

import { contentDigest, HEADER, type Origin, parseOrigin } from '@pitwall/contracts';
import { decodeText, headerOf } from './headers.js';
import type { Header, InboundRecord } from './port.js';
import { redriveAttemptOf } from './redrive-attempt.js';

/**
 * The raw record that a record on a topic of producers stands for. That is itself, unless it was put there once more:
 *
 * - a **redriven** record (with the header `pitwall-redrive-attempt`) states its origin, which must be of the same topic;
 * - a **replayed** one as well. Since anybody may write the header, it is believed only where it names an earlier record of the
 *   same partition with the same content.
 */
export function rawOriginOf(record: InboundRecord): Origin {
  const { topic, partition, offset, appendedAt, key, value } = record;
  const redriven = redrivenFrom(record);
  if (redriven !== null) return redriven;
  const own = { topic, partition, offset, appendedAt, digest: contentDigest(key, value) };
  return replayedFrom(own, record.headers) ?? own;
}

/** What a redriven record on a topic of producers states; null where it was not redriven, or states another topic. */
export function redrivenFrom({ topic, headers }: Pick<InboundRecord, 'headers' | 'topic'>): Origin | null {
  if (redriveAttemptOf(headers) === 0) return null;
  const origin = statedOrigin(headers);
  return origin?.topic === topic ? origin : null;
}

/** What the header `pitwall-origin` says; null where there is none, or one that somebody else has written. */
export function statedOrigin(headers: readonly Header[]): Origin | null {
  const value = headerOf(headers, HEADER.origin) ?? null;
  const text = value === null ? null : decodeText(value);
  if (text === null) return null;
  try {
    return parseOrigin(text);
  } catch {
    // A handler sees it by the message's contract; dead letters need an origin all the same.
    return null;
  }
}

function replayedFrom(own: Origin, headers: readonly Header[]): Origin | null {
  const stated = statedOrigin(headers);
  if (stated === null || stated.topic !== own.topic || stated.partition !== own.partition) return null;
  const isEarlier = stated.offset < own.offset && stated.appendedAt <= own.appendedAt;
  return isEarlier && stated.digest === own.digest ? stated : null;
}

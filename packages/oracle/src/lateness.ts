import type { TopicEvidence } from './evidence.js';
import type { IdentityKey, Position } from './record-parts.js';
import type { StoredDecision } from './stored-decisions.js';

/** A clock that is ahead by less than this is no fault; an event further ahead of its append does not move the watermark. */
const FUTURE_TOLERANCE_MS = 300_000;

/** What there is to judge lateness by. */
export interface LatenessEvidence extends Pick<TopicEvidence, 'raw' | 'results' | 'deadLetters'> {
  readonly decisions: ReadonlyMap<IdentityKey, readonly StoredDecision[]>;
  readonly allowedLatenessMs: number;
}

/** How many decided events came late, and how many are said otherwise. */
export interface LatenessVerdict {
  /** Decided events that are marked late. */
  readonly late: number;
  /** Marked late, and no event before them in their partition was newer by more than is allowed. */
  readonly lateWrongly: number;
  /** Not marked, and one was. A restart of ingestion, which forgets the watermarks, explains some. */
  readonly lateMissed: number;
}

/**
 * Judges the late flags of results against a model of the watermark: the largest event time among the records before, in the
 * same partition of the events topic, that ingestion could read. Pure.
 */
export function judgeLateness({
  raw,
  results,
  deadLetters,
  decisions,
  allowedLatenessMs,
}: LatenessEvidence): LatenessVerdict {
  const unread = [...deadLetters.values()].filter(({ stage }) => stage === 'ingestion');
  const expected = latePositions(raw, new Set(unread.map(({ position }) => position)), allowedLatenessMs);
  let [late, lateWrongly, lateMissed] = [0, 0, 0];
  for (const { identity, isLate } of results.values()) {
    const position = decisions.get(identity)?.[0]?.position;
    const isExpected = position !== undefined && expected.has(position);
    if (isLate) late += 1;
    if (isLate && !isExpected) lateWrongly += 1;
    if (!isLate && isExpected) lateMissed += 1;
  }
  return { late, lateWrongly, lateMissed };
}

/** The records that are late; `raw` has those of each partition in the order of their offsets. */
function latePositions(
  raw: TopicEvidence['raw'],
  unread: ReadonlySet<Position>,
  allowedLatenessMs: number,
): ReadonlySet<Position> {
  const late = new Set<Position>();
  const watermarks = new Map<string, number>();
  for (const { position, eventTimeMs, appendedAt } of raw) {
    if (eventTimeMs === null || unread.has(position)) continue;
    const [partition = ''] = position.split(':');
    const watermark = watermarks.get(partition) ?? -Infinity;
    if (eventTimeMs < watermark - allowedLatenessMs) late.add(position);
    if (eventTimeMs <= appendedAt + FUTURE_TOLERANCE_MS) watermarks.set(partition, Math.max(watermark, eventTimeMs));
  }
  return late;
}

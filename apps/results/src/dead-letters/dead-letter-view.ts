import { isUtf8 } from 'node:buffer';
import {
  type BytesView,
  type DeadLetter,
  type DeadLetterEdit,
  type DeadLetterGroup,
  type DeadLetterSummary,
  type DeadLetterView,
  reasonInfo,
} from '@pitwall/contracts';
import type { DeadLetterRow, GroupRow, ListedRow } from './dead-letters.repository.js';
import type { DiscardRow, EditRow } from './edits.repository.js';
import { decodeOriginalHeaders } from './original-headers.js';

/** A dead letter in a list. */
export function summaryOf(row: ListedRow): DeadLetterSummary {
  const letter = JSON.parse(row.letter) as DeadLetter;
  const { deadLetterId, stage, reason, message, record, identity, redriveAttempt, traceId, deadAt } = letter;
  return {
    deadLetterId,
    state: row.closedBy === null ? 'open' : 'closed',
    closedBy: row.closedBy,
    stage,
    reason,
    place: row.place,
    fingerprint: row.fingerprint,
    message,
    identity,
    record,
    redriveAttempt,
    redrive: redriveOf(row),
    traceId,
    deadAt,
  };
}

function redriveOf({ redriveId, attempt, sentAt }: ListedRow): DeadLetterSummary['redrive'] {
  if (redriveId === null || attempt === null) return null;
  return { redriveId, attempt, sentAt: sentAt?.toISOString() ?? null };
}

/** What people did about a dead letter. */
export interface DoneByPeople {
  readonly edits: readonly EditRow[];
  readonly discard: DiscardRow | null;
}

/** All that is known of one dead letter. */
export function viewOf(row: DeadLetterRow, { edits, discard }: DoneByPeople): DeadLetterView {
  const { pipeline, reason, violations, violationCount, origin, service } = JSON.parse(row.letter) as DeadLetter;
  const { meaning, remedy } = reasonInfo(reason);
  return {
    pipeline,
    ...summaryOf(row),
    meaning,
    remedy,
    violations,
    violationCount,
    origin,
    service,
    key: bytesOrNull(row.key),
    value: bytesOrNull(row.value),
    headers: decodeOriginalHeaders(row.headers).map(({ name, value }) => ({ name, value: bytesOrNull(value) })),
    edits: edits.map((edit) => editView(row.deadLetterId, edit)),
    discard:
      discard === null
        ? null
        : { discardedAt: discard.discardedAt.toISOString(), by: discard.discardedBy, why: discard.why },
  };
}

/** An edit as it is shown. */
export function editView(deadLetterId: string, { revision, editedAt, editedBy, why, value }: EditRow): DeadLetterEdit {
  return { deadLetterId, revision, editedAt: editedAt.toISOString(), by: editedBy, why, value: bytesView(value) };
}

/** A group as it is shown. */
export function groupView(row: GroupRow): DeadLetterGroup {
  const { fingerprint, stage, reason, place, count, open } = row;
  const { meaning, remedy } = reasonInfo(reason);
  return {
    fingerprint,
    stage,
    reason,
    place,
    meaning,
    remedy,
    count,
    open,
    firstDeadAt: row.firstDeadAt.toISOString(),
    lastDeadAt: row.lastDeadAt.toISOString(),
    example: { deadLetterId: row.exampleId, message: row.message },
  };
}

function bytesOrNull(bytes: Buffer | null): BytesView | null {
  return bytes === null ? null : bytesView(bytes);
}

function bytesView(bytes: Buffer): BytesView {
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

/** The bytes of a view. */
export function bytesOf(view: BytesView): Buffer {
  return 'text' in view ? Buffer.from(view.text, 'utf8') : Buffer.from(view.base64, 'base64');
}

import { PitwallError, type Origin } from '@pitwall/contracts';
import type { Assignment, InboundRecord, MessageBatch } from '@pitwall/messaging';
import { type KeptDeadLetter, readDeadLetter } from '../../src/dead-letters/kept-dead-letter.js';
import { decodeOriginalHeaders } from '../../src/dead-letters/original-headers.js';
import type { Decision, StoredDecision } from '../../src/decisions/decision.js';
import { settleConflict, type Settlement } from '../../src/decisions/settlement.js';
import type { RedriveSource } from '../../src/redrives/redriven-record.js';
import { givenBackAmong, settledAmong } from '../../src/storage/settled-redrives.js';

/** What the database does wrong, to see that the simulation finds it. */
export interface DatabaseFaults {
  readonly hasNoUniqueIndex?: boolean;
}

/** Decisions, dead letters and ends of redriven records, as the tables of results hold them. */
export class SimResultsDatabase {
  isDown = false;
  /** In the order in which they were stored. */
  readonly decisions: { readonly resultId: string; readonly stored: StoredDecision }[] = [];
  readonly letters = new Map<string, KeptDeadLetter>();
  private readonly settledRedrives = new Map<string, number>();
  private readonly epochs = new Map<string, number>();

  constructor(private readonly faults: DatabaseFaults) {}

  refuseIfDown(): void {
    if (this.isDown) throw new PitwallError('The database is gone.', { code: 'database_unavailable', retriable: true });
  }

  /** One transaction: decisions, and the ends of redriven records. */
  settle({ batch, messages }: MessageBatch, decisions: readonly Decision[]): Settlement[] {
    this.claim(batch.partition, batch.assignment);
    const settlements = decisions.map((decision) => this.settleOne(decision));
    for (const { origin, redriveAttempt } of settledAmong(givenBackAmong(messages), decisions, settlements)) {
      const at = placeOf(origin);
      this.settledRedrives.set(at, Math.max(this.settledRedrives.get(at) ?? 0, redriveAttempt));
    }
    return settlements;
  }

  /** A dead letter that comes twice is one. */
  keep(record: InboundRecord): void {
    const kept = readDeadLetter(record, 'flights');
    if ('why' in kept) throw new Error(kept.why);
    if (!this.letters.has(kept.letter.deadLetterId)) this.letters.set(kept.letter.deadLetterId, kept);
  }

  /** Why a dead letter is closed, as `CLOSED_BY_SQL` says it; null while it is open. */
  closedBy({ isBornClosed, resultId, letter }: KeptDeadLetter): string | null {
    if (isBornClosed) return 'reason';
    if (this.decisions.some((one) => one.resultId === resultId)) return 'decision';
    const at = placeOf(letter.origin);
    const isSuperseded = [...this.letters.values()].some(
      ({ letter: later }) => placeOf(later.origin) === at && later.redriveAttempt > letter.redriveAttempt,
    );
    if (isSuperseded) return 'superseded';
    return (this.settledRedrives.get(at) ?? 0) > letter.redriveAttempt ? 'redrive' : null;
  }

  /** What is to be sent of an open dead letter; null where it is closed. */
  sourceOf(deadLetterId: string): RedriveSource | null {
    const kept = this.letters.get(deadLetterId) as KeptDeadLetter;
    if (this.closedBy(kept) !== null) return null;
    const { letter, key, value, headers } = kept;
    const { record, origin, traceId } = letter;
    const { topic, partition } = record;
    const attempt = letter.redriveAttempt + 1;
    const original = decodeOriginalHeaders(String(headers));
    const { appendedAt, ...place } = origin;
    const raw = { ...place, appendedAt: Date.parse(appendedAt) } as Origin;
    return { deadLetterId, attempt, topic, partition, origin: raw, key, value, headers: original, traceId };
  }

  private settleOne(decision: Decision): Settlement {
    const { resultId, publication, origin } = decision;
    const found = this.decisions.find((one) => one.resultId === resultId);
    if (found !== undefined && this.faults.hasNoUniqueIndex !== true) return settleConflict(decision, found.stored);
    this.decisions.push({ resultId, stored: { origin, publication } });
    return { kind: 'inserted', publication };
  }

  /** Only the newest assignment may write. */
  private claim(partition: number, { id }: Assignment): void {
    const key = String(partition);
    if (id < (this.epochs.get(key) ?? 0))
      throw new PitwallError('claimed by another', { code: 'stale_claim', retriable: true });
    this.epochs.set(key, id);
  }
}

/** Which raw record it goes back to. */
export function placeOf({ topic, partition, offset }: Pick<Origin, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`;
}

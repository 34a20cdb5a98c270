import { PitwallError } from '@pitwall/contracts';
import { isPlanted } from '@pitwall/failpoints';
import type { PoolClient } from 'pg';
import type { Database } from '../database.js';

/** The part of a consumer's assignment that a claim depends on; a `RecordBatch` of messaging has it. */
export interface ClaimedAssignment {
  /** Another id after every rebalance. */
  readonly id: number;
  /** The group's committed offset when the partition was assigned; null where the group had none. */
  readonly committedOffset: number | null;
  /** First offset that the log still holds, at the same moment. */
  readonly logStartOffset: number;
  /** True while nobody else can have been given the partition. */
  isHeld(): boolean;
}

/** A partition as one consumer group reads it. */
export interface ClaimRequest {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly assignment: ClaimedAssignment;
}

/** The right to write what follows from a partition, until somebody else claims it. */
export interface Claim {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  /** Next offset as the database knew it when the partition was claimed. */
  readonly nextOffset: number;
}

/** The part of a batch that a claim is made for. */
export type ClaimableBatch = Omit<ClaimRequest, 'group'>;

/**
 * Epochs against zombies, kept in the table `partition_progress`. A consumer that was stopped past its session timeout goes
 * on with its batch while a successor works on the same partition already; Kafka refuses only its commit of offsets. So each
 * consumer claims its partition before its first transaction, which raises the epoch, and every transaction advances the
 * progress under that epoch: the one who was overtaken finds no row and rolls back.
 *
 * @example
 * const claim = await claims.claimFor(batch, group);
 * await database.transaction(async (client) => {
 *   await insert(client, rows);
 *   await claims.advance(client, { claim, nextOffset: lastOffset + 1 });
 * });
 */
export class PartitionClaims {
  private readonly held = new Map<string, { readonly assignmentId: number; readonly claim: Promise<Claim> }>();

  constructor(private readonly database: Pick<Database, 'transaction'>) {}

  /**
   * Claims a partition: epoch + 1. Rejects with `progress_behind` (not retriable) when the database knows less than what the
   * group has committed: it was restored to an earlier time, or lost. Rejects with the retriable `stale_claim` when the
   * assignment is not held any more: who was stopped between a first batch and its claim must not take the partition from the
   * successor. Nothing is changed then.
   */
  async claim(request: ClaimRequest): Promise<Claim> {
    return this.database.transaction(async (client) => {
      const { rows } = await client.query<{ epoch: string; next_offset: string; inserted: boolean }>(CLAIM, [
        request.group,
        request.topic,
        request.partition,
        request.assignment.logStartOffset,
      ]);
      const row = rows[0];
      if (row === undefined) throw new PitwallError('The claim returned no row.', { code: 'claim_failed' });
      // Asked after the update: if the successor's claim came before it, the assignment had ended before that.
      if (!request.assignment.isHeld()) throw notHeld(request);
      const nextOffset = Number(row.next_offset);
      refuseIfBehind(request, row.inserted ? null : nextOffset);
      const { group, topic, partition } = request;
      return { group, topic, partition, epoch: Number(row.epoch), nextOffset };
    });
  }

  /** The claim that belongs to a batch's assignment: made with its first batch, the same for all that follow. */
  async claimFor(batch: ClaimableBatch, group: string): Promise<Claim> {
    const key = `${group} ${batch.topic} ${batch.partition}`;
    const held = this.held.get(key);
    if (held !== undefined && held.assignmentId === batch.assignment.id) return held.claim;
    const { topic, partition, assignment } = batch;
    const claim = this.claim({ group, topic, partition, assignment });
    const entry = { assignmentId: assignment.id, claim };
    this.held.set(key, entry);
    // A claim that failed is made anew with the next try. One that was overtaken is not: only a new assignment may claim.
    claim.catch(() => {
      if (this.held.get(key) === entry) this.held.delete(key);
    });
    return claim;
  }

  /**
   * Writes the progress of partitions inside the caller's transaction. Rejects with the retriable `stale_claim` when somebody
   * else has claimed one of them since: the transaction must roll back and the consumer join its group anew.
   * Call it last: it takes the locks that a successor's claim waits for.
   */
  async advance(client: PoolClient, ...advances: readonly Advance[]): Promise<void> {
    const claims = advances.map(({ claim }) => claim);
    const { rowCount } = await client.query({
      name: 'advance-progress',
      text: isPlanted('epoch_ignored') ? ADVANCE_BLINDLY : ADVANCE,
      values: [
        claims.map(({ group }) => group),
        claims.map(({ topic }) => topic),
        claims.map(({ partition }) => partition),
        advances.map(({ nextOffset }) => nextOffset),
        claims.map(({ epoch }) => epoch),
      ],
    });
    if (rowCount !== advances.length) throw staleClaim(claims);
  }
}

/** How far a partition is, and by which right that is written. */
export interface Advance {
  readonly claim: Claim;
  readonly nextOffset: number;
}

function staleClaim(claims: readonly Claim[]): PitwallError {
  const names = claims
    .map(({ topic, partition, epoch }) => `${topic}/${partition} (our epoch was ${epoch})`)
    .join(', ');
  const which = claims.length === 1 ? names : `One of ${names}`;
  return new PitwallError(
    `${which} was claimed by another member of ${claims[0]?.group ?? 'the group'}. The batch is dropped and the group joined anew.`,
    { code: 'stale_claim', retriable: true, details: { claims } },
  );
}

const CLAIM = `
  INSERT INTO partition_progress AS held (consumer_group, topic, partition, epoch, next_offset)
  VALUES ($1, $2, $3, 1, $4)
  ON CONFLICT (consumer_group, topic, partition)
  DO UPDATE SET epoch = held.epoch + 1, claimed_at = now()
  RETURNING epoch, next_offset, epoch = 1 AS inserted`;

const ADVANCE_BLINDLY = `
  UPDATE partition_progress AS held SET next_offset = given.next_offset
  FROM unnest($1::text[], $2::text[], $3::int4[], $4::int8[], $5::int8[])
    AS given (consumer_group, topic, partition, next_offset, epoch)
  WHERE held.consumer_group = given.consumer_group AND held.topic = given.topic AND held.partition = given.partition`;

const ADVANCE = `${ADVANCE_BLINDLY} AND held.epoch = given.epoch`;

function notHeld({ group, topic, partition }: ClaimRequest): PitwallError {
  return new PitwallError(
    `Partition ${partition} of ${topic} may have been given to another member of ${group} before we claimed it. The batch is dropped and the group joined anew.`,
    { code: 'stale_claim', retriable: true, details: { group, topic, partition } },
  );
}

function refuseIfBehind(request: ClaimRequest, known: number | null): void {
  const { committedOffset, logStartOffset } = request.assignment;
  if (committedOffset === null) return;
  // Without a row: a group that committed nothing but the log's start has lost nothing either.
  if (committedOffset <= (known ?? logStartOffset)) return;
  throw new PitwallError(
    `The database is behind Kafka on partition ${request.partition} of ${request.topic}: group ${request.group} has committed offset ${committedOffset}, the database knows ${known === null ? 'nothing of it' : `offset ${known}`}. It was restored to an earlier time or lost; run pitwall recover.`,
    {
      code: 'progress_behind',
      details: {
        group: request.group,
        topic: request.topic,
        partition: request.partition,
        committedOffset,
        logStartOffset,
        knownOffset: known,
      },
    },
  );
}

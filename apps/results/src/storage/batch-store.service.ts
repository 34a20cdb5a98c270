import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { deadLettersTopic, predictionsTopic, type TopicSpec } from '@pitwall/contracts';
import { failpoint, isPlanted } from '@pitwall/failpoints';
import { type Message, type MessageBatch, RecordsFailing } from '@pitwall/messaging';
import { type Claim, classifyPostgresError, type Database, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import { givenBackAmong, type RedrivenRecord } from './settled-redrives.js';
import { type StoreRows, storeRows, storeRowsApart } from './store-rows.js';

/** How often a transaction is tried again that others were in the way of, before the batch is given back. */
const MAX_CONFLICTS = 3;

/** What is written with every transaction on a batch: the progress of its partition. */
export interface BatchProgress {
  readonly claim: Claim;
  /** Offset after all records that were taken so far. */
  readonly nextOffset: number;
  /** Records of the batch that were redriven or replayed: some may come to their end with it. */
  readonly redriven: readonly RedrivenRecord[];
  /** Called before each attempt: an attempt may wait for locks. */
  readonly heartbeat: () => Promise<void>;
}

/** What is done in a transaction. `storeRows` is how it stores rows in this attempt. */
export type BatchWork<Result> = (client: PoolClient, storeRows: StoreRows) => Promise<Result>;

/** Where batches are committed. */
@Injectable()
export class BatchStore implements OnModuleInit {
  constructor(
    @Inject(DATABASE) private readonly database: Pick<Database, 'pool' | 'transaction'>,
    private readonly claims: PartitionClaims,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!isPlanted('no_unique_index')) return;
    await this.database.pool.query('ALTER TABLE decisions DROP CONSTRAINT IF EXISTS decisions_pkey');
  }

  /** The progress that a batch of this topic makes, under the claim of its assignment. */
  async progressOf({ pipeline, batch, messages, heartbeat }: MessageBatch, topic: TopicSpec): Promise<BatchProgress> {
    const claim = await this.claims.claimFor(batch, `pitwall.results.${topic.kind}.${pipeline}`);
    return { claim, nextOffset: batch.nextOffset, redriven: givenBack(topic, messages), heartbeat };
  }

  /**
   * Runs `work` and writes the partition's progress in one transaction. When it resolves all of it is durable. When it rejects
   * nothing is, unless the connection was lost during the commit: the batch comes again then and finds its own rows. Rejects
   * with `stale_claim` when another process has claimed the partition since.
   *
   * `work` is run again, with {@link storeRowsApart}, after PostgreSQL has refused a row, and at most three times more when
   * other transactions were in the way: it must be repeatable. Then it rejects with {@link RecordsFailing}: fewer rows at a time
   * stand less in the way, and one that always does is given up in the end.
   */
  async commit<Result>(progress: BatchProgress, work: BatchWork<Result>): Promise<Result> {
    let storing: StoreRows = storeRows;
    for (let conflicts = 0; ;) {
      try {
        return await this.commitOnce([progress], (client) => work(client, storing));
      } catch (error) {
        const kind = classifyPostgresError(error);
        if (kind === 'row' && storing === storeRows) storing = storeRowsApart;
        else if (kind !== 'conflict') throw error;
        else if (conflicts === MAX_CONFLICTS) throw inTheWay(error);
        else conflicts += 1;
      }
    }
  }

  /** Like {@link commit} for several partitions, once: rejects where PostgreSQL refuses a row of any of them, or anything is in the way. */
  commitTogether<Result>(progress: readonly BatchProgress[], work: BatchWork<Result>): Promise<Result> {
    return this.commitOnce(progress, (client) => work(client, storeRows));
  }

  /** Reads what is committed at this moment, outside any transaction. */
  read<Result>(work: (client: Pick<PoolClient, 'query'>) => Promise<Result>): Promise<Result> {
    return work(this.database.pool);
  }

  private async commitOnce<Result>(
    progress: readonly BatchProgress[],
    work: (client: PoolClient) => Promise<Result>,
  ): Promise<Result> {
    for (const { heartbeat } of progress) await heartbeat();
    failpoint('before_pg_transaction');
    const result = await this.database.transaction(async (client) => {
      const done = await work(client);
      // Last: it takes the locks that a successor's claim waits for.
      await this.claims.advance(client, ...progress);
      failpoint('before_pg_commit');
      return done;
    });
    failpoint('after_pg_commit');
    return result;
  }
}

function givenBack(topic: TopicSpec, messages: readonly Message[]): readonly RedrivenRecord[] {
  // What stands among the dead letters has died once more: its own row says so.
  if (topic === deadLettersTopic) return [];
  if (topic === predictionsTopic) return givenBackAmong(messages);
  return messages.filter(({ redriveAttempt }) => redriveAttempt > 0);
}

function inTheWay(error: unknown): RecordsFailing {
  const detail = error instanceof Error ? error.message : String(error);
  const message = `Other transactions are in the way in PostgreSQL, ${MAX_CONFLICTS + 1} times at once: ${detail}.`;
  return new RecordsFailing({ reason: 'storage_conflict', message }, { cause: error });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload } from 'kafkajs';
import { backoffMs } from '../backoff.js';
import { isMembershipLost, protocolType } from './kafka-error.js';
import type { Membership } from './membership.js';
import { RejoinError } from './rejoin-error.js';

type CommitOffsets = EachBatchPayload['commitOffsetsIfNecessary'];

const COMMIT_TRIES = 5;

/** What is to be committed, and where. */
export interface OffsetCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | undefined;
}

/** Commits offsets of one member, also between its batches. */
export class OffsetCommits {
  private commitOffsets: CommitOffsets | null = null;

  /** A batch came: whichever it is, what it commits by is good for the member. That of the consumer is silent once it stops. */
  use(payload: EachBatchPayload): void {
    this.commitOffsets ??= (offsets) => payload.commitOffsetsIfNecessary(offsets);
  }

  /** Rejects with a {@link RejoinError} where the partition may be somebody else's: nothing is sent then. */
  async commit({ topic, partition, offset, metadata }: OffsetCommit, membership: Membership): Promise<void> {
    const partitions = [{ partition, offset: String(offset), ...(metadata === undefined ? {} : { metadata }) }];
    for (let failures = 1; ; failures += 1) {
      if (!membership.isHeld() || this.commitOffsets === null) throw new RejoinError(null);
      try {
        await this.commitOffsets({ topics: [{ topic, partitions }] });
        return;
      } catch (error) {
        if (isMembershipLost(error) || protocolType(error) === 'REBALANCE_IN_PROGRESS') throw new RejoinError(error);
        if (failures === COMMIT_TRIES) throw error;
        await sleep(backoffMs(failures));
      }
    }
  }
}

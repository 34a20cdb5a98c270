import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
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

interface Waiting {
  readonly commit: OffsetCommit;
  readonly membership: Pick<Membership, 'isHeld'>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits offsets of one member, also between its batches. Partitions that are done at the same time, and those that wait while
 * a request is out, share the next one: what a commit costs the broker hardly depends on how many partitions it is about.
 */
export class OffsetCommits {
  private commitOffsets: CommitOffsets | null = null;
  private waiting: Waiting[] = [];
  private isSending = false;

  /** A batch came: whichever it is, what it commits by is good for the member. That of the consumer is silent once it stops. */
  use(payload: Pick<EachBatchPayload, 'commitOffsetsIfNecessary'>): void {
    this.commitOffsets ??= (offsets) => payload.commitOffsetsIfNecessary(offsets);
  }

  /** Rejects with a {@link RejoinError} where the partition may be somebody else's: nothing is sent for it then. */
  commit(commit: OffsetCommit, membership: Pick<Membership, 'isHeld'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ commit, membership, resolve, reject });
      if (!this.isSending) void this.sendWaiting();
    });
  }

  private async sendWaiting(): Promise<void> {
    this.isSending = true;
    await nextTurn();
    while (this.waiting.length > 0) {
      const turn = this.waiting;
      this.waiting = [];
      await this.sendTurn(turn);
    }
    this.isSending = false;
  }

  private async sendTurn(turn: readonly Waiting[]): Promise<void> {
    let held = turn;
    for (let failures = 1; ; failures += 1) {
      held = held.filter((one) => isStillHeld(one));
      if (held.length === 0) return;
      try {
        await this.send(held.map(({ commit }) => commit));
        for (const { resolve } of held) resolve();
        return;
      } catch (error) {
        if (isFinal(error, failures)) return refuse(held, error);
        await sleep(backoffMs(failures));
      }
    }
  }

  private async send(commits: readonly OffsetCommit[]): Promise<void> {
    if (this.commitOffsets === null) throw new RejoinError(null);
    await this.commitOffsets({
      topics: [...new Set(commits.map(({ topic }) => topic))].map((topic) => ({
        topic,
        partitions: commits
          .filter((commit) => commit.topic === topic)
          .map(({ partition, offset, metadata }) => ({
            partition,
            offset: String(offset),
            ...(metadata === undefined ? {} : { metadata }),
          })),
      })),
    });
  }
}

/** A commit for another's partition is accepted, and rewinds it: none is sent then. */
function isStillHeld({ membership, reject }: Waiting): boolean {
  const isHeld = membership.isHeld();
  if (!isHeld) reject(new RejoinError(null));
  return isHeld;
}

function isFinal(error: unknown, failures: number): boolean {
  return error instanceof RejoinError || isMembershipOver(error) || failures === COMMIT_TRIES;
}

function isMembershipOver(error: unknown): boolean {
  return isMembershipLost(error) || protocolType(error) === 'REBALANCE_IN_PROGRESS';
}

function refuse(waiting: readonly Waiting[], error: unknown): void {
  const reason = isMembershipOver(error) ? new RejoinError(error) : error;
  for (const { reject } of waiting) reject(reason);
}

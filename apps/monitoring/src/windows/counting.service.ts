import { Inject, Injectable } from '@nestjs/common';
import { failpoint } from '@pitwall/failpoints';
import type { MessageBatch } from '@pitwall/messaging';
import { PartitionClaims, type Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { ATTR, counter, METRIC } from '@pitwall/telemetry';
import type { PoolClient } from 'pg';
import type { Change, Countable } from './countable.js';
import { LatencyMetrics } from './latencies.js';
import { noCounts, windowStart } from './window-counts.js';
import { WindowsRepository, type CountsOwner, type WindowsByStart } from './windows.repository.js';

/** Windows kept in memory per partition; beyond that they are read again when needed. */
const MAX_CACHED_WINDOWS = 2_000;

const tooOld = counter(METRIC.windowsTooOld);

export interface CountingInput {
  readonly owner: CountsOwner;
  readonly group: string;
  readonly windowMs: number;
  /** Event times are history: a window says nothing of when it was counted. */
  readonly replayedHistory: boolean;
  readonly batch: MessageBatch['batch'];
  readonly countables: readonly Countable[];
  /** What the records that were not counted before change besides what each of them says. */
  readonly settle?: (client: PoolClient, fresh: ReadonlySet<string>) => Promise<readonly Change[]>;
}

/** What was not counted before, and how much of it changes windows that are not kept any more. */
interface FreshlyCounted {
  readonly counted: readonly Countable[];
  readonly tooOldChanges: number;
}

const NOTHING_COUNTED: FreshlyCounted = { counted: [], tooOldChanges: 0 };

/** Whose windows are changed, and those of them that are in memory. */
type Target = Pick<CountingInput, 'owner' | 'windowMs' | 'replayedHistory'> & { readonly windows: WindowsByStart };

interface CachedPartition {
  readonly epoch: string;
  readonly windows: WindowsByStart;
}

/**
 * Counts each record once: its id, the windows and the progress are written in one transaction, under the epoch of this
 * consumer's claim. Whoever holds the claim is the only writer of its windows, so they may be kept in memory between batches;
 * what a failed transaction may have touched is forgotten.
 */
@Injectable()
export class CountingService {
  private readonly cache = new Map<string, CachedPartition>();
  private readonly latencyMetrics = new Map<string, LatencyMetrics>();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly claims: PartitionClaims,
    private readonly repository: WindowsRepository,
  ) {}

  async count(input: CountingInput): Promise<void> {
    const { batch, owner } = input;
    const claim = await this.claims.claimFor(batch, input.group);
    const key = `${owner.pipeline}/${owner.kind}/${owner.partition}`;
    const windows = this.cached(key, String(claim.epoch));
    failpoint('before_pg_transaction');
    try {
      const counted = await this.database.transaction(async (client) => {
        const result = await this.countFresh(client, input, windows);
        await this.claims.advance(client, claim, batch.nextOffset);
        failpoint('before_pg_commit');
        return result;
      });
      failpoint('after_pg_commit');
      this.measure(owner.pipeline, counted);
    } catch (error) {
      this.cache.delete(key);
      throw error;
    }
    if (windows.size > MAX_CACHED_WINDOWS) this.cache.delete(key);
  }

  private measure(pipeline: string, { counted, tooOldChanges }: FreshlyCounted): void {
    if (tooOldChanges > 0) tooOld.add(tooOldChanges, { [ATTR.pipeline]: pipeline });
    const metrics = this.latencyMetrics.get(pipeline) ?? new LatencyMetrics(pipeline);
    this.latencyMetrics.set(pipeline, metrics);
    for (const { latencies } of counted) metrics.record(latencies);
  }

  private cached(key: string, epoch: string): WindowsByStart {
    const known = this.cache.get(key);
    if (known?.epoch === epoch) return known.windows;
    const windows: WindowsByStart = new Map();
    this.cache.set(key, { epoch, windows });
    return windows;
  }

  /** Answers what was not counted before. */
  private async countFresh(client: PoolClient, input: CountingInput, windows: WindowsByStart): Promise<FreshlyCounted> {
    const byId = new Map<string, Countable>();
    // The first copy counts wherever a batch is cut: a later one may say otherwise, as a duplicate of the event that came late.
    for (const countable of input.countables) if (!byId.has(countable.id)) byId.set(countable.id, countable);
    if (byId.size === 0) return NOTHING_COUNTED;
    const fresh = await this.repository.insertIds(client, input.owner, [...byId.keys()]);
    if (fresh.size === 0) return NOTHING_COUNTED;
    const counted = [...fresh].map((id) => byId.get(id) as Countable);
    const settled = (await input.settle?.(client, fresh)) ?? [];
    return { counted, tooOldChanges: await this.apply(client, [...counted, ...settled], { ...input, windows }) };
  }

  /** Answers how many of the changes fall into windows that are not kept any more. */
  private async apply(client: PoolClient, changes: readonly Change[], to: Target): Promise<number> {
    const { owner, windowMs, windows } = to;
    const starts = changes.map(({ time }) => windowStart(time, windowMs));
    await this.fill(client, to, [...new Set(starts)]);
    const changed: WindowsByStart = new Map();
    let skipped = 0;
    for (const [index, { count }] of changes.entries()) {
      const start = starts[index] as number;
      const counts = windows.get(start);
      if (counts === undefined) skipped += 1;
      else {
        count(counts);
        changed.set(start, counts);
      }
    }
    if (changed.size > 0) await this.repository.save(client, owner, changed);
    return skipped;
  }

  /** Makes sure that every window of `starts` is in memory, but those that were dropped: counted anew they would say too little. */
  private async fill(
    client: PoolClient,
    { owner, windowMs, replayedHistory, windows }: Target,
    starts: readonly number[],
  ): Promise<void> {
    const unknown = starts.filter((start) => !windows.has(start));
    if (unknown.length === 0) return;
    const stored = await this.repository.load(client, owner, unknown);
    const isNew = unknown.some((start) => !stored.has(start));
    const droppedBefore = isNew && !replayedHistory ? await this.repository.droppedBefore(client) : null;
    for (const start of unknown) {
      const counts = stored.get(start);
      if (counts !== undefined) windows.set(start, counts);
      else if (droppedBefore === null || start + windowMs > droppedBefore) windows.set(start, noCounts());
    }
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { failpoint } from '@pitwall/failpoints';
import type { MessageBatch } from '@pitwall/messaging';
import { type Claim, type Database, GroupCommit, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { ATTR, counter, METRIC } from '@pitwall/telemetry';
import type { PoolClient } from 'pg';
import type { Change, Countable } from './countable.js';
import { LatencyMetrics } from './latencies.js';
import { noCounts, type WindowCounts, windowStart } from './window-counts.js';
import { type CountsOwner, type PlacedCounts, type WindowsByStart, WindowsRepository } from './windows.repository.js';

/** Windows kept in memory per partition; beyond that they are read again when needed. */
const MAX_CACHED_WINDOWS = 2_000;

const tooOld = counter(METRIC.windowsTooOld);

/** Records of several partitions that are counted in one transaction. */
const MAX_TOGETHER = 1_000;

export interface CountingInput {
  readonly owner: CountsOwner & { readonly partition: number };
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

/** A batch under the claim of its partition. */
interface Counting {
  readonly input: CountingInput;
  readonly claim: Claim;
}

/** Changes to the windows of one partition, and those of them that are in memory. */
interface Target {
  readonly input: CountingInput;
  readonly windows: WindowsByStart;
  readonly changes: readonly Change[];
  /** Of the window of each change. */
  readonly starts: readonly number[];
}

interface CachedPartition {
  readonly epoch: string;
  readonly windows: WindowsByStart;
}

/**
 * Counts each record once: its id, the windows and the progress are written in one transaction, under the epoch of this
 * consumer's claim; batches of several partitions that come together share one. Whoever holds the claim is the only writer of
 * its windows, so they may be kept in memory between batches; what a failed transaction may have touched is forgotten.
 */
@Injectable()
export class CountingService {
  private readonly cache = new Map<string, CachedPartition>();
  private readonly latencyMetrics = new Map<string, LatencyMetrics>();
  private readonly commits = new Map<string, GroupCommit<Counting, FreshlyCounted>>();

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly claims: PartitionClaims,
    private readonly repository: WindowsRepository,
  ) {}

  async count(input: CountingInput): Promise<void> {
    const { batch, owner } = input;
    const claim = await this.claims.claimFor(batch, input.group);
    this.measure(owner.pipeline, await this.commitsOf(owner).add({ input, claim }));
    if ((this.cache.get(keyOf(input))?.windows.size ?? 0) > MAX_CACHED_WINDOWS) this.cache.delete(keyOf(input));
  }

  private commitsOf(owner: CountsOwner): GroupCommit<Counting, FreshlyCounted> {
    const key = `${owner.pipeline}/${owner.kind}`;
    const known = this.commits.get(key);
    if (known !== undefined) return known;
    const commits = new GroupCommit<Counting, FreshlyCounted>({
      commit: (group) => this.commit(owner, group),
      sizeOf: ({ input }) => input.countables.length,
      maxSize: MAX_TOGETHER,
    });
    this.commits.set(key, commits);
    return commits;
  }

  private async commit(owner: CountsOwner, group: readonly Counting[]): Promise<readonly FreshlyCounted[]> {
    failpoint('before_pg_transaction');
    try {
      const counted = await this.database.transaction(async (client) => {
        const result = await this.countFresh(client, owner, group);
        await this.claims.advance(
          client,
          ...group.map(({ claim, input }) => ({ claim, nextOffset: input.batch.nextOffset })),
        );
        failpoint('before_pg_commit');
        return result;
      });
      failpoint('after_pg_commit');
      return counted;
    } catch (error) {
      for (const { input } of group) this.cache.delete(keyOf(input));
      throw error;
    }
  }

  private measure(pipeline: string, { counted, tooOldChanges }: FreshlyCounted): void {
    if (tooOldChanges > 0) tooOld.add(tooOldChanges, { [ATTR.pipeline]: pipeline });
    const metrics = this.latencyMetrics.get(pipeline) ?? new LatencyMetrics(pipeline);
    this.latencyMetrics.set(pipeline, metrics);
    for (const { latencies } of counted) metrics.record(latencies);
  }

  private cached({ input, claim }: Counting): WindowsByStart {
    const key = keyOf(input);
    const epoch = String(claim.epoch);
    const known = this.cache.get(key);
    if (known?.epoch === epoch) return known.windows;
    const windows: WindowsByStart = new Map();
    this.cache.set(key, { epoch, windows });
    return windows;
  }

  /** Answers what was not counted before, batch by batch. */
  private async countFresh(
    client: PoolClient,
    owner: CountsOwner,
    group: readonly Counting[],
  ): Promise<readonly FreshlyCounted[]> {
    const firsts = firstsOf(group);
    const fresh = firsts.size === 0 ? [] : await this.repository.insertIds(client, owner, [...firsts.keys()]);
    const counted = group.map((): Countable[] => []);
    for (const id of fresh) {
      const { countable, at } = firsts.get(id) as First;
      counted[at]?.push(countable);
    }
    const targets: Target[] = [];
    for (const [at, one] of group.entries()) {
      const changes = await changesOf(client, one.input, counted[at] ?? []);
      const starts = changes.map(({ time }) => windowStart(time, one.input.windowMs));
      targets.push({ input: one.input, windows: this.cached(one), changes, starts });
    }
    const tooOldChanges = await this.apply(client, owner, targets);
    return counted.map((ofBatch, at) => ({ counted: ofBatch, tooOldChanges: tooOldChanges[at] ?? 0 }));
  }

  /** Answers how many of the changes fall into windows that are not kept any more, target by target. */
  private async apply(client: PoolClient, owner: CountsOwner, targets: readonly Target[]): Promise<readonly number[]> {
    await this.fill(client, owner, targets);
    const changed: PlacedCounts[] = [];
    const skipped = targets.map(({ input, windows, changes, starts }) => {
      const touched = new Set<number>();
      let tooOldChanges = 0;
      for (const [index, { count }] of changes.entries()) {
        const start = starts[index] as number;
        const counts = windows.get(start);
        if (counts === undefined) tooOldChanges += 1;
        else {
          count(counts);
          touched.add(start);
        }
      }
      const { partition } = input.owner;
      for (const start of touched) changed.push({ partition, start, counts: windows.get(start) as WindowCounts });
      return tooOldChanges;
    });
    if (changed.length > 0) await this.repository.save(client, owner, changed);
    return skipped;
  }

  /** Makes sure that every window that is to be changed is in memory, but those that were dropped: counted anew they would say too little. */
  private async fill(client: PoolClient, owner: CountsOwner, targets: readonly Target[]): Promise<void> {
    const unknown = targets.flatMap((target) => {
      const { input, windows, starts } = target;
      const { partition } = input.owner;
      return [...new Set(starts)].filter((start) => !windows.has(start)).map((start) => ({ target, partition, start }));
    });
    if (unknown.length === 0) return;
    const byPartition = new Map(targets.map(({ input, windows }) => [input.owner.partition, windows]));
    for (const { partition, start, counts } of await this.repository.load(client, owner, unknown)) {
      const windows = byPartition.get(partition);
      // What is in memory is what is stored, and may be in use.
      if (windows?.has(start) === false) windows.set(start, counts);
    }
    const missing = unknown.filter(({ target, start }) => !target.windows.has(start));
    const isHistory = missing.every(({ target }) => target.input.replayedHistory);
    const droppedBefore = isHistory ? null : await this.repository.droppedBefore(client);
    for (const { target, start } of missing) {
      const isKept = droppedBefore === null || start + target.input.windowMs > droppedBefore;
      if (isKept || target.input.replayedHistory) target.windows.set(start, noCounts());
    }
  }
}

/** A record that is seen for the first time in a group, and in which of its batches. */
interface First {
  readonly countable: Countable;
  readonly at: number;
}

/** The first copy counts wherever a batch is cut: a later one may say otherwise, as a duplicate of the event that came late. */
function firstsOf(group: readonly Counting[]): ReadonlyMap<string, First> {
  const firsts = new Map<string, First>();
  for (const [at, { input }] of group.entries()) {
    for (const countable of input.countables) {
      if (!firsts.has(countable.id)) firsts.set(countable.id, { countable, at });
    }
  }
  return firsts;
}

async function changesOf(
  client: PoolClient,
  { settle }: CountingInput,
  counted: readonly Countable[],
): Promise<readonly Change[]> {
  if (settle === undefined || counted.length === 0) return counted;
  return [...counted, ...(await settle(client, new Set(counted.map(({ id }) => id))))];
}

function keyOf({ owner }: CountingInput): string {
  return `${owner.pipeline}/${owner.kind}/${owner.partition}`;
}

import { eventsTopic, type EventIdentity, type KnownDecision, type Origin } from '@pitwall/contracts';
import { eventIdentity } from '@pitwall/envelope';
import type { InboundRecord, MessagingClient, OutboundRecord, Publisher, TopicAdmin } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { CommandContext } from '../commands/command.js';
import { closing } from '../connection/kafka.js';
import { counted, duration, percent } from '../output/words.js';
import { lookUpDecisions } from '../settlements/look-up.js';
import type { Expected } from '../settlements/settlement.js';
import { Settlements } from '../settlements/settlements.js';
import { markStart, watchSettlements } from '../settlements/watch-settlements.js';
import { type ReplayCounts, type ReplayOutcome, ReplayTally } from './counts.js';
import type { Pace } from './pace.js';
import { type Positions, recordsBetween } from './positions.js';
import { replayedRecord } from './replayed-record.js';
import { isSelected, type Selection } from './selection.js';

/** What to replay, and how. */
export interface ReplayPlan {
  readonly definition: PipelineDefinition;
  readonly from: Positions;
  readonly to: Positions;
  readonly selection: Selection;
  readonly isDryRun: boolean;
  /** Sends also what is decided already: its result is published once more, with the same bytes. */
  readonly includesDecided: boolean;
  readonly pace: Pace;
  /** How long to wait for what becomes of it after the last was sent; null: not at all. */
  readonly waitSeconds: number | null;
}

/** What a replay came to. */
export interface ReplayEnd {
  readonly counts: ReplayCounts;
  /** Null without a wait. */
  readonly outcome: ReplayOutcome | null;
  readonly next: Positions;
  readonly isComplete: boolean;
}

interface Cluster {
  readonly client: MessagingClient;
  readonly admin: TopicAdmin;
}

/** A raw record, and what is known of its event. */
interface Candidate extends Expected {
  readonly origin: Origin;
  readonly record: OutboundRecord;
  /** Its event was decided before, from the same content. */
  isDecided: boolean;
}

const MS_PER_SECOND = 1_000;
const SHOW_EVERY_MS = 250;

/** One run of `pitwall replay`. */
export class Replaying {
  readonly #context: CommandContext;
  readonly #cluster: Cluster;
  readonly #plan: ReplayPlan;
  readonly #tally = new ReplayTally();
  readonly #settlements: Settlements<Candidate>;
  readonly #next: Map<number, number>;
  /** Origins of the copies that were seen. */
  readonly #copied = new Set<string>();
  readonly #startedAt = performance.now();
  #shownAt = Number.NEGATIVE_INFINITY;
  #clusterId = '';

  constructor(context: CommandContext, cluster: Cluster, plan: ReplayPlan) {
    this.#context = context;
    this.#cluster = cluster;
    this.#plan = plan;
    this.#next = new Map(plan.from);
    this.#settlements = new Settlements(plan.definition.name, (_, settlement) => this.#tally.settled(settlement));
  }

  async run(): Promise<ReplayEnd> {
    const { admin, client } = this.#cluster;
    const { definition, isDryRun, waitSeconds } = this.#plan;
    this.#clusterId = await admin.clusterId();
    if (isDryRun || waitSeconds === null) {
      await closing(client.publisher(), (publisher) => this.#readAll(publisher));
      return this.#end(null);
    }
    const start = await markStart(admin, definition.name);
    const sent = closing(client.publisher(), (publisher) => this.#readAll(publisher));
    const watching = watchSettlements(this.#context, client, {
      pipeline: definition.name,
      start,
      settlements: this.#settlements,
      sent,
      isOfNow: ({ origin }, decision) => isSamePlace(origin, decision.origin),
      timeoutMs: waitSeconds * MS_PER_SECOND,
    });
    await Promise.all([sent, watching]);
    return this.#end(this.#tally.outcome(this.#settlements.open.size));
  }

  /** Where to go on: what stands before it is done. */
  get next(): Positions {
    return this.#next;
  }

  #end(outcome: ReplayOutcome | null): ReplayEnd {
    const isComplete = recordsBetween(this.#next, this.#plan.to) === 0;
    return { counts: this.#tally.counts, outcome, next: this.#next, isComplete };
  }

  async #readAll(publisher: Publisher): Promise<void> {
    const { definition, from, to, pace } = this.#plan;
    const { signal } = this.#context;
    const topic = eventsTopic.name(definition.name);
    await closing(this.#cluster.client.reader(), async (reader) => {
      for await (const { partition, records, nextOffset } of reader.read([{ topic, from, to }], signal)) {
        for (let at = 0; at < records.length; at += pace.chunk) {
          await this.#unlessAborted(this.#replay(records.slice(at, at + pace.chunk), publisher));
          if (signal.aborted) return;
        }
        this.#next.set(partition, nextOffset);
      }
    });
  }

  /** What is cut off by Ctrl-C is no failure: it is not counted, and done when the replay goes on. */
  async #unlessAborted(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#context.signal.aborted) throw error;
    }
  }

  /** Some records of one partition, in their order. They are counted when all of them are done. */
  async #replay(records: readonly InboundRecord[], publisher: Publisher): Promise<void> {
    const { selection, definition, isDryRun } = this.#plan;
    const selected = records.filter((record) => isSelected(record, selection, definition));
    const candidates = selected.flatMap((record) => this.#candidateOf(record) ?? []);
    const { toSend, found } = await this.#judge(candidates);
    if (!isDryRun && toSend.length > 0 && !(await this.#send(toSend, publisher))) return;
    const { counts } = this.#tally;
    counts.read += records.length;
    counts.selected += selected.length;
    counts.copies += selected.length - candidates.length;
    counts.decidedAlready += found.decidedAlready;
    counts.reusedIds += found.reusedIds;
    counts.withoutIdentity += found.withoutIdentity;
    counts.sent += toSend.length;
    const last = records.at(-1);
    if (last !== undefined) this.#next.set(last.partition, last.offset + 1);
    this.#show();
  }

  /** Null for a copy of a record that is in the range itself, or of which there was a copy before. */
  #candidateOf(raw: InboundRecord): Candidate | null {
    const { definition, from, to } = this.#plan;
    const { origin, record, isCopy } = replayedRecord(raw);
    if (isCopy) {
      const { partition, offset } = origin;
      if (offset >= (from.get(partition) ?? Infinity) && offset < (to.get(partition) ?? 0)) return null;
      const place = `${partition}:${offset}`;
      if (this.#copied.has(place)) return null;
      this.#copied.add(place);
    }
    const identity = eventIdentity(raw, { definition, origin, clusterId: this.#clusterId });
    return { identity, digest: origin.digest, origin, record, isDecided: false };
  }

  /** What is known of the candidates, and those about which something is left to be done. */
  async #judge(candidates: readonly Candidate[]) {
    const decisions = await this.#decisionsOf(candidates);
    const found = { decidedAlready: 0, reusedIds: 0, withoutIdentity: 0 };
    const toSend = candidates.filter((candidate) => {
      const decision = decisions.get(candidate);
      if (candidate.identity === null) found.withoutIdentity += 1;
      else if (decision !== undefined && decision.origin.digest !== candidate.digest) found.reusedIds += 1;
      else if (decision !== undefined) {
        found.decidedAlready += 1;
        candidate.isDecided = true;
        return this.#plan.includesDecided;
      }
      return true;
    });
    return { toSend, found };
  }

  async #decisionsOf(candidates: readonly Candidate[]): Promise<ReadonlyMap<Candidate, KnownDecision>> {
    const named = candidates.filter(
      (candidate): candidate is Candidate & { readonly identity: EventIdentity } => candidate.identity !== null,
    );
    if (named.length === 0) return new Map();
    const { name } = this.#plan.definition;
    const found = await lookUpDecisions(
      this.#context,
      name,
      named.map(({ identity }) => identity),
    );
    const known = named.flatMap((candidate, index): [Candidate, KnownDecision][] => {
      const decision = found[index] ?? null;
      return decision === null ? [] : [[candidate, decision]];
    });
    return new Map(known);
  }

  /** False where the end was asked for before it was this one's turn. */
  async #send(toSend: readonly Candidate[], publisher: Publisher): Promise<boolean> {
    const { signal } = this.#context;
    await this.#plan.pace.turn(toSend.length, signal);
    if (signal.aborted) return false;
    // Of what is decided already it is known what becomes of it: nothing.
    if (this.#plan.waitSeconds !== null) {
      for (const candidate of toSend) if (!candidate.isDecided) this.#settlements.expect(candidate);
    }
    await publisher.send(toSend.map(({ record }) => record));
    return true;
  }

  #show(): void {
    const now = performance.now();
    if (now - this.#shownAt < SHOW_EVERY_MS) return;
    this.#shownAt = now;
    const { read, sent, decidedAlready } = this.#tally.counts;
    const total = recordsBetween(this.#plan.from, this.#plan.to);
    const left = recordsBetween(this.#next, this.#plan.to);
    const done = total - left;
    const seconds = (now - this.#startedAt) / MS_PER_SECOND;
    const eta = done === 0 ? '' : `, ${duration((seconds * left) / done)} left`;
    this.#context.output.progress(
      `${counted(read, 'record')} read (${percent(total === 0 ? 1 : done / total)}), ${decidedAlready} decided already, ${sent} sent${eta}`,
    );
  }
}

function isSamePlace(one: Pick<Origin, 'offset' | 'partition'>, other: Pick<Origin, 'offset' | 'partition'>): boolean {
  return one.partition === other.partition && one.offset === other.offset;
}

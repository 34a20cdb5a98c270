import {
  deadLetterSchema,
  HEADER,
  outcomeMessageSchema,
  parseOrigin,
  type ResultMessage,
  resultMessageSchema,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import type { OutboundTurn } from '../replay/replay.js';
import { FollowedCounter } from './duplicates.js';
import { RecentValues } from './percentiles.js';
import { Realised } from './realised.js';

/** What the live line shows. Counts are of this run. */
export interface TallySnapshot {
  readonly eventTimeMs: number | null;
  /** Events, without the labels. */
  readonly sent: number;
  readonly decided: number;
  readonly duplicates: number;
  /** Events and labels. */
  readonly deadLettered: number;
  /** Decisions whose label has come. */
  readonly labelled: number;
  /** Share of these that were right. Null while there is none. */
  readonly accuracy: number | null;
  /** What these were worth, in the currency of the pipeline. */
  readonly value: number;
  /** Events sent a second, over the last seconds. */
  readonly eventsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Share of the decisions that act, and of the events that came late. Null before the first decision. */
  readonly actShare: number | null;
  readonly lateShare: number | null;
}

/** Copies come soon after their original: so many result ids are remembered to tell them apart. */
const REMEMBERED_RESULTS = 50_000;
/** A correction comes within hours of the label: some fifty days are remembered. */
const REMEMBERED_OUTCOMES = 50_000;
const LATENCY_SAMPLES = 2_000;
const RATE_OVER_MS = 5_000;

/** Counts what is sent and what comes out. Approximate where it must forget; `--once` counts exactly. */
export class Tally {
  readonly #act: string;
  readonly #monotonicMs: () => number;
  readonly #recent = new Set<string>();
  readonly #latencies = new RecentValues(LATENCY_SAMPLES);
  readonly #counts = { sent: 0, decided: 0, deadLettered: 0, acted: 0, late: 0 };
  readonly #duplicates = new FollowedCounter();
  readonly #realised = new Realised(REMEMBERED_OUTCOMES);
  #eventTimeMs: number | null = null;
  /** Looks at the count of sent records, the oldest first. */
  #looks: { readonly atMs: number; readonly sent: number }[];

  /** `act` is the decision that counts as acting. */
  constructor(act: string, monotonicMs: () => number) {
    this.#act = act;
    this.#monotonicMs = monotonicMs;
    this.#looks = [{ atMs: monotonicMs(), sent: 0 }];
  }

  acknowledged(batch: readonly Pick<OutboundTurn, 'turn'>[]): void {
    for (const { turn } of batch) this.#counts.sent += turn.events.length;
    this.#eventTimeMs = batch.at(-1)?.turn.atMs ?? this.#eventTimeMs;
  }

  /** A record of the results topic. */
  result(record: InboundRecord): void {
    const result = resultMessageSchema.parse(JSON.parse(String(record.value)));
    // A copy: results are published at least once.
    if (this.#recent.has(result.resultId)) return;
    this.#remember(result.resultId);
    this.#countDecision(result);
    const origin = record.headers.find(({ name }) => name === HEADER.origin)?.value;
    if (origin != null) this.#latencies.add(record.appendedAt - parseOrigin(String(origin)).appendedAt);
  }

  /** A record of the outcomes topic. */
  outcome(record: InboundRecord): void {
    this.#realised.add(outcomeMessageSchema.parse(JSON.parse(String(record.value))));
  }

  /** What the results service counts as duplicates since it was started. */
  duplicates(count: number): void {
    this.#duplicates.saw(count);
  }

  /** A record of the dead-letters topic. */
  deadLetter(record: InboundRecord): void {
    const header = record.headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
    const { deadLetterId } = deadLetterSchema.pick({ deadLetterId: true }).parse(JSON.parse(String(header)));
    if (this.#recent.has(deadLetterId)) return;
    this.#remember(deadLetterId);
    this.#counts.deadLettered += 1;
  }

  /** Everything so far. `clockMs` is what the clock of the replay shows; null: the time of the last event does. */
  snapshot(clockMs: number | null): TallySnapshot {
    const { sent, decided, deadLettered, acted, late } = this.#counts;
    const eventsPerSecond = this.#rate(sent);
    const [p50Ms = null, p99Ms = null] = this.#latencies.percentiles([0.5, 0.99]);
    return {
      eventTimeMs: clockMs ?? this.#eventTimeMs,
      sent,
      decided,
      duplicates: this.#duplicates.total,
      deadLettered,
      labelled: this.#realised.labelled,
      accuracy: this.#realised.accuracy,
      value: this.#realised.value,
      eventsPerSecond,
      p50Ms,
      p99Ms,
      actShare: decided === 0 ? null : acted / decided,
      lateShare: decided === 0 ? null : late / decided,
    };
  }

  #countDecision(result: ResultMessage): void {
    this.#counts.decided += 1;
    if (result.decision === this.#act) this.#counts.acted += 1;
    if (result.late) this.#counts.late += 1;
  }

  /** Over the looks of the last seconds, or since the one before where looks are rare. */
  #rate(sent: number): number {
    const atMs = this.#monotonicMs();
    const recent = this.#looks.filter((look) => atMs - look.atMs <= RATE_OVER_MS);
    const [oldest] = recent.length > 0 ? recent : this.#looks.slice(-1);
    this.#looks = [...recent, { atMs, sent }];
    const seconds = (atMs - (oldest?.atMs ?? atMs)) / 1000;
    return seconds > 0 ? (sent - (oldest?.sent ?? 0)) / seconds : 0;
  }

  #remember(id: string): void {
    this.#recent.add(id);
    if (this.#recent.size <= REMEMBERED_RESULTS) return;
    const [oldest] = this.#recent;
    if (oldest !== undefined) this.#recent.delete(oldest);
  }
}

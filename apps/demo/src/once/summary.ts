import type {
  JudgedTraces,
  LabelVerdict,
  LatenessVerdict,
  Performance,
  TopicEvidence,
  TraceVerdict,
  Verdict,
} from '@pitwall/oracle';
import { percentileOfSorted } from '@pitwall/statistics';

/** How fast it went, from the broker's own time stamps. */
export interface Throughput {
  /** Raw records a second, from the first append to the last result or dead letter of them. */
  readonly eventsPerSecond: number;
  /** Raw records and feedback a second, from the first append to the last of what came of them. */
  readonly recordsPerSecond: number;
  /** From append of a raw record to append of its result, milliseconds; null where nothing was decided. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** How the decisions did, by the labels that came. */
export interface Worth {
  /** Decisions that have a label. */
  readonly labelled: number;
  /** Share of them that were right; null where there are none. */
  readonly accuracy: number | null;
  /** Sum of what they were worth, in the currency of the pipeline. */
  readonly value: number;
}

/** The one line of `npm start -- --once`. */
export interface Summary extends Omit<Verdict, 'holds' | 'breaches'>, Throughput, Worth {
  readonly currency: string;
  /** Different events among the sent records, poison aside. */
  readonly unique: number;
  /** Decided events that came later than the pipeline allows. */
  readonly late: number;
  readonly labels: LabelVerdict['labels'];
  /** What the windows of monitoring add up to, by model version. */
  readonly windows: Readonly<Record<string, Worth & { readonly decisions: number }>>;
  /** Each has to be 0. */
  readonly breaches: Readonly<Record<string, number>>;
  readonly traces: TraceSummaries | null;
  /** By process, children included; null where the system does not say. */
  readonly cpuSeconds: Readonly<Record<string, number | null>>;
  /** All of it, start and stop included. */
  readonly wallSeconds: number;
}

/** Whole traces of decisions and of labels. */
export interface TraceSummaries extends TraceSummary {
  readonly labels: TraceSummary;
}

/** How many of what was sampled left one whole trace. */
export interface TraceSummary {
  readonly sampled: number;
  readonly complete: number;
  /** Null where nothing was sampled. */
  readonly share: number | null;
}

/** Accuracy and value of a performance. */
export function worthOf({ labelled, correct, value }: Performance): Worth {
  return { labelled, accuracy: labelled === 0 ? null : correct / labelled, value };
}

/** How many traces are whole. */
export function traceSummaries({ decisions, labels }: TraceVerdict): TraceSummaries {
  return { ...traceSummary(decisions), labels: traceSummary(labels) };
}

function traceSummary({ sampled, broken }: JudgedTraces): TraceSummary {
  const complete = sampled - broken.length;
  return { sampled, complete, share: sampled === 0 ? null : complete / sampled };
}

/** Everything that was judged. */
export interface Judged {
  readonly events: Verdict;
  readonly labels: LabelVerdict;
  readonly lateness: LatenessVerdict;
  /** Model versions whose windows say something else than the topics. */
  readonly windowsDiffer: number;
  /** Ingestion was started again, so it forgot its watermarks. */
  readonly hasIngestionEnded: boolean;
}

/** All broken promises in one record; nothing is broken where each is 0. */
export function breachesOf({
  events,
  labels,
  lateness,
  windowsDiffer,
  hasIngestionEnded,
}: Judged): Record<string, number> {
  return {
    ...events.breaches,
    ...labels.breaches,
    lateWrongly: lateness.lateWrongly,
    lateMissed: hasIngestionEnded ? 0 : lateness.lateMissed,
    windowsDiffer,
  };
}

/** Rates, and latencies of first copies. */
export function measure(topics: TopicEvidence): Throughput {
  const { raw, results, deadLetters, feedback, outcomes, feedbackDeadLetters } = topics;
  const latencies = Float64Array.from(results.values(), ({ latencyMs }) => latencyMs).toSorted();
  const ends = [results, deadLetters];
  return {
    eventsPerSecond: rate(raw, ends),
    recordsPerSecond: rate([...raw, ...feedback], [...ends, outcomes, feedbackDeadLetters]),
    p50Ms: percentileOfSorted(latencies, 0.5),
    p99Ms: percentileOfSorted(latencies, 0.99),
  };
}

interface Appended {
  readonly appendedAt: number;
}

/** Records a second, from the first append to the last end of one; 0 where nothing came of them. */
function rate(records: readonly Appended[], ends: readonly ReadonlyMap<string, Appended>[]): number {
  const first = records.reduce((least, { appendedAt }) => Math.min(least, appendedAt), Infinity);
  let last = -Infinity;
  for (const map of ends) for (const { appendedAt } of map.values()) last = Math.max(last, appendedAt);
  const seconds = (last - first) / 1000;
  return seconds > 0 ? Math.round(records.length / seconds) : 0;
}

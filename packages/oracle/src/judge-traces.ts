import type { RawEvidence, ResultEvidence, TopicEvidence } from './evidence.js';
import type { OutcomeEvidence } from './label-evidence.js';

/** What is asked of a span. */
export interface SeenSpan {
  readonly spanId: string;
  /** Null for the root of a trace. */
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly links: readonly { readonly traceId: string }[];
}

/** The spans that were exported, by trace. Ask when all services have stopped: they hand over their last spans then. */
export interface SeenTraces {
  /** Null where none of a trace is held. */
  trace(traceId: string): readonly SeenSpan[] | null;
  /** What came and was not kept: with any of it nobody can say what is missing. */
  stats(): { readonly droppedTraces: number; readonly droppedSpans: number };
}

/** Traces of one kind that were sampled. */
export interface JudgedTraces {
  readonly sampled: number;
  /** Those that are not one whole trace, each with what is wrong with it. */
  readonly broken: readonly string[];
}

/** What became of the traces. */
export interface TraceVerdict {
  readonly decisions: JudgedTraces;
  /** Of labels that came after their decision: traces of their own, linked to that of the decision. */
  readonly labels: JudgedTraces;
  /** Spans and traces that came and were not kept. */
  readonly dropped: number;
}

/** Services that a whole trace leads through. */
const EVENT_SERVICES = ['ingestion', 'inference', 'results', 'monitoring'];
const LABEL_SERVICES = ['results', 'monitoring'];

/**
 * Judges the traces of sampled decisions and labels. A trace is whole where it leads through all services and hangs together: every
 * span is below another of it, but for the one that began it, which is below the producer's own where that sent a context.
 */
export function judgeTraces(
  { raw, results, outcomes }: Pick<TopicEvidence, 'outcomes' | 'raw' | 'results'>,
  traces: SeenTraces,
): TraceVerdict {
  const roots = rootsOfDecisions(raw, results.values());
  const decisions = [...roots].flatMap(([traceId, parents]) =>
    wrongWith(traceId, traces, { services: EVENT_SERVICES, parents }),
  );
  // The outcome of a label that waited belongs to the trace of its decision.
  const labels = [...outcomes.values()].filter(
    ({ isSampled, traceId, decisionTraceId }) => isSampled && traceId !== decisionTraceId,
  );
  const { droppedTraces, droppedSpans } = traces.stats();
  return {
    decisions: { sampled: roots.size, broken: decisions },
    labels: { sampled: labels.length, broken: labels.flatMap((label) => wrongWithLabel(label, traces)) },
    dropped: droppedTraces + droppedSpans,
  };
}

/** By sampled trace: what is above its first span. Null: nothing, it began in ingestion. */
function rootsOfDecisions(
  raw: readonly RawEvidence[],
  results: Iterable<ResultEvidence>,
): ReadonlyMap<string, ReadonlySet<string | null>> {
  const produced = new Map(raw.map(({ position, produced: context }) => [position, context]));
  const roots = new Map<string, Set<string | null>>();
  for (const { isSampled, traceId, origin } of results) {
    if (!isSampled) continue;
    const parents = roots.get(traceId) ?? new Set();
    roots.set(traceId, parents.add(produced.get(origin)?.spanId ?? null));
  }
  return roots;
}

interface Expected {
  readonly services: readonly string[];
  readonly parents: ReadonlySet<string | null>;
}

const NOTHING_ABOVE: ReadonlySet<string | null> = new Set([null]);

/** Nothing where the trace is whole. */
function wrongWith(traceId: string, traces: SeenTraces, { services, parents }: Expected): readonly string[] {
  const spans = traces.trace(traceId) ?? [];
  const seen = new Set(spans.map(({ service }) => service));
  const missing = services.filter((service) => !seen.has(service));
  if (missing.length > 0) return [`${traceId} has no span of ${missing.join(', ')}`];
  return tornPart(spans, parents).map((part) => `${traceId} is torn: ${part}`);
}

function tornPart(spans: readonly SeenSpan[], parents: Expected['parents']): readonly string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const tops = spans.filter(({ parentSpanId }) => parentSpanId === null || !known.has(parentSpanId));
  // A producer that exports its spans to the same place, as HTTP clients of ingestion may: what is above them is its own affair.
  const isFromAbove = [...parents].some((parent) => parent !== null && known.has(parent));
  const stray = isFromAbove ? tops.slice(1) : tops.filter(({ parentSpanId }) => !parents.has(parentSpanId));
  const began = tops.filter(({ parentSpanId }) => parentSpanId === null);
  // Below a producer's span there may be several, as where a record was handed over twice; nothing begins twice by itself.
  const [odd] = [...stray, ...began.slice(1)];
  if (odd !== undefined) return [`a span of ${odd.service} is below ${odd.parentSpanId ?? 'nothing'}`];
  return tops.length === 0 ? ['it has no beginning'] : [];
}

function wrongWithLabel({ traceId, decisionTraceId }: OutcomeEvidence, traces: SeenTraces): readonly string[] {
  const wrong = wrongWith(traceId, traces, { services: LABEL_SERVICES, parents: NOTHING_ABOVE });
  if (wrong.length > 0) return wrong;
  const isLinked = traces.trace(traceId)?.some(({ links }) => links.some((link) => link.traceId === decisionTraceId));
  return isLinked === true ? [] : [`${traceId} is not linked to ${decisionTraceId}`];
}

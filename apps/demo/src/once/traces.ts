import type { TopicEvidence } from '@pitwall/oracle';
import type { TraceStore } from '@pitwall/otlp-receiver';
import type { TraceSummaries, TraceSummary } from './summary.js';

/** Services that a whole trace goes through. */
const EVENT_SERVICES = ['ingestion', 'inference', 'results', 'monitoring'];
const LABEL_SERVICES = ['results', 'monitoring'];

/** The part of a trace store that is asked. */
export type HeldTraces = Pick<TraceStore, 'services' | 'trace'>;

/**
 * Counts whole traces: of the sampled decisions those that lead through all four services, of the sampled labels that came
 * after their decision those that lead through results and monitoring and are linked to the trace of the decision.
 */
export function summarizeTraces(
  { results, outcomes }: Pick<TopicEvidence, 'results' | 'outcomes'>,
  traces: HeldTraces,
): TraceSummaries {
  const decisions = new Set([...results.values()].filter(({ isSampled }) => isSampled).map(({ traceId }) => traceId));
  const isWhole = (traceId: string): boolean => leadsThrough(traceId, EVENT_SERVICES, traces);
  // The outcome of a label that waited belongs to the trace of its decision.
  const labels = [...outcomes.values()].filter(
    ({ isSampled, traceId, decisionTraceId }) => isSampled && traceId !== decisionTraceId,
  );
  const linked = labels.filter(
    ({ traceId, decisionTraceId }) =>
      leadsThrough(traceId, LABEL_SERVICES, traces) && isLinked(traceId, decisionTraceId, traces),
  );
  return {
    ...summaryOf(decisions.size, [...decisions].filter(isWhole).length),
    labels: summaryOf(labels.length, linked.length),
  };
}

function leadsThrough(traceId: string, services: readonly string[], traces: HeldTraces): boolean {
  const seen = traces.services(traceId);
  return services.every((service) => seen.has(service));
}

function isLinked(traceId: string, to: string, traces: HeldTraces): boolean {
  return traces.trace(traceId)?.some(({ links }) => links.some((link) => link.traceId === to)) ?? false;
}

function summaryOf(sampled: number, complete: number): TraceSummary {
  return { sampled, complete, share: sampled === 0 ? null : complete / sampled };
}

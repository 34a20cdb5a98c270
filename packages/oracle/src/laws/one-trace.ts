import type { Account } from '../account/account.js';
import { counted, type Finding, found, type Law } from './law.js';

/** L8. That the trace is the producer's is seen in the topics; the rest only where spans were recorded. */
export const oneTrace: Law = {
  code: 'L8',
  promise: 'Each sampled trace is one trace through all services, and the one that the producer began.',
  findings: (account) => [
    ...found('decisions are not in the trace that their producer began', inAnotherTrace(account)),
    ...whole(account),
  ],
};

function inAnotherTrace({ evidence }: Account): readonly string[] {
  const produced = new Map(evidence.raw.map((record) => [record.position, record.produced]));
  return [...evidence.results].flatMap(([resultId, { origin, traceId, isSampled }]) => {
    const context = produced.get(origin) ?? null;
    if (context === null || (context.traceId === traceId && context.isSampled === isSampled)) return [];
    return [`${resultId} in ${traceId} instead of ${context.traceId}`];
  });
}

function whole({ traces }: Account): readonly Finding[] {
  if (traces === null) return [];
  return [
    ...found('sampled decisions have no whole trace', traces.decisions.broken),
    ...found('sampled labels have no whole trace that is linked to their decision', traces.labels.broken),
    ...counted('traces or spans came and had no room, so that nobody knows what is missing', traces.dropped),
  ];
}

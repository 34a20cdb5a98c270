import {
  HEADER,
  type Origin,
  parseOrigin,
  PitwallError,
  type ResultId,
  resultIdOf,
  type ResultMessage,
  resultMessageSchema,
} from '@pitwall/contracts';
import { headerOf, type InboundRecord, parseMessage } from '@pitwall/messaging';
import type { Decision } from '../decisions/decision.js';
import type { Publication } from '../storage/publication.js';

/** A result as it stands on its topic. */
export interface PublishedResult {
  readonly result: ResultMessage & { readonly resultId: ResultId };
  /** The raw record that was decided. */
  readonly origin: Origin;
  readonly publication: Publication;
}

/** Reads a record of the results topic. Null where it is none that this service has published for the pipeline. */
export function readPublishedResult(
  { key, value, headers }: Pick<InboundRecord, 'key' | 'value' | 'headers'>,
  pipeline: string,
): PublishedResult | null {
  const parsed = parseMessage(resultMessageSchema, value);
  const origin = originOf(headerOf(headers, HEADER.origin));
  if (!parsed.ok || origin === null || key === null || value === null) return null;
  const resultId = resultIdOf(pipeline, parsed.value.event);
  if (parsed.value.resultId !== resultId) return null;
  return { result: { ...parsed.value, resultId }, origin, publication: { key, value, headers } };
}

/** The row that was stored when the result was published. What it was decided of is the prediction, as it came. */
export function importedDecision({ result, origin, publication }: PublishedResult, prediction: Buffer): Decision {
  return {
    resultId: result.resultId,
    pipeline: result.pipeline,
    identity: { source: result.event.source, id: result.event.id },
    entity: result.entity,
    eventAt: Date.parse(result.event.time),
    decidedAt: Date.parse(result.decidedAt),
    decision: result.decision,
    score: result.score,
    model: result.model,
    expectedValue: result.expectedValue?.amount ?? null,
    late: result.late,
    traceId: result.traceId,
    origin,
    prediction,
    publication,
  };
}

function originOf(header: Buffer | null | undefined): Origin | null {
  try {
    return parseOrigin(header?.toString('utf8') ?? '');
  } catch (error) {
    if (error instanceof PitwallError && error.code === 'invalid_origin') return null;
    throw error;
  }
}

import { feedbackMessageSchema, type FeedbackMessage, HEADER } from '@pitwall/contracts';
import { headerOf, type InboundRecord, type ParsedMessage, parseMessage } from '@pitwall/messaging';
import { z } from 'zod';

const STRUCTURED = 'application/cloudevents+json';

/** CloudEvents structured mode: of the envelope only the data counts. */
const structuredSchema = z.object({ data: feedbackMessageSchema }).transform(({ data }) => data);

/**
 * Reads a record of the feedback topic by its contract. The value is the message itself, with or without CloudEvents headers
 * around it (binary mode), or an event in structured mode whose `data` it is. Anything else is `invalid_feedback`.
 */
export function readFeedback({
  value,
  headers,
}: Pick<InboundRecord, 'value' | 'headers'>): ParsedMessage<FeedbackMessage> {
  const read = parseMessage(isStructured(headers) ? structuredSchema : feedbackMessageSchema, value);
  return read.ok ? read : { ok: false, dead: { ...read.dead, reason: 'invalid_feedback' } };
}

function isStructured(headers: InboundRecord['headers']): boolean {
  const type = headerOf(headers, HEADER.contentType);
  return type?.toString('latin1').toLowerCase().startsWith(STRUCTURED) ?? false;
}

import { JSON_CONTENT_TYPE } from '@pitwall/contracts';
import { isArray, ProblemError, splitArray } from '@pitwall/runtime';

/** Most labels and actions of one request. */
const MAX_FEEDBACK = 1_000;

/** Feedback as a request brings it: the untouched bytes of each label and action. */
export interface FeedbackSubmission {
  readonly values: readonly Buffer[];
  /** The body is an array: places in problems begin with the index. */
  readonly isBatch: boolean;
}

/** What of a request a submission is read from. */
export interface FeedbackRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** Reads a JSON object or an array of them. Throws a {@link ProblemError} 400 or 415 for what is neither. */
export function readSubmission({ headers, body }: FeedbackRequest): FeedbackSubmission {
  const type = String(headers['content-type'] ?? '');
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== JSON_CONTENT_TYPE) {
    throw new ProblemError(415, `The content-type is ${JSON.stringify(type)}, expected ${JSON_CONTENT_TYPE}.`);
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (!isArray(bytes)) return { values: [bytes], isBatch: false };
  const values = splitArray(bytes);
  if (values === null) throw new ProblemError(400, 'The body is not a JSON array of labels and actions.');
  if (values.length === 0 || values.length > MAX_FEEDBACK) {
    throw new ProblemError(400, `The body has ${values.length} labels and actions, expected 1 to ${MAX_FEEDBACK}.`);
  }
  return { values, isBatch: true };
}

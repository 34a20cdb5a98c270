import { HEADER, JSON_CONTENT_TYPE } from '@pitwall/contracts';
import type { RecordContent } from '@pitwall/envelope';
import { type Header, textHeader } from '@pitwall/messaging';
import { isArray, ProblemError, splitArray } from '@pitwall/runtime';

/** Most events of one request. */
const MAX_EVENTS = 1_000;

const STRUCTURED = 'application/cloudevents+json';
const STRUCTURED_BATCH = 'application/cloudevents-batch+json';
const CLOUD_EVENT_PREFIX = 'ce-';

/** Events as a request brings them, each as the record that it would be on Kafka. */
export interface Submission {
  readonly events: readonly RecordContent[];
  /** The body is an array: places in problems begin with the index. */
  readonly isBatch: boolean;
}

/** What of a request a submission is read from. */
export interface SubmissionRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/**
 * Reads the CloudEvents HTTP binding 1.0 (binary, structured and batched mode) and plain JSON (one event or an array). The
 * bytes of every event stay as they came. Throws a {@link ProblemError} 400 or 415 for what is none of these.
 */
export function readSubmission({ headers, body }: SubmissionRequest): Submission {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const type = mediaType(headers['content-type']);
  switch (type) {
    case STRUCTURED:
      return { events: [record(bytes, [textHeader(HEADER.contentType, STRUCTURED)])], isBatch: false };
    case STRUCTURED_BATCH:
      return batch(bytes, [textHeader(HEADER.contentType, STRUCTURED)]);
    case JSON_CONTENT_TYPE: {
      const attributes = binaryAttributes(headers);
      if (attributes.length > 0) {
        return { events: [record(bytes, [...attributes, textHeader(HEADER.contentType, type)])], isBatch: false };
      }
      return isArray(bytes) ? batch(bytes, []) : { events: [record(bytes, [])], isBatch: false };
    }
    default: {
      const expected = [JSON_CONTENT_TYPE, STRUCTURED, STRUCTURED_BATCH].join(', ');
      throw new ProblemError(415, `The content-type is ${JSON.stringify(type)}, expected one of ${expected}.`);
    }
  }
}

function mediaType(header: string | string[] | undefined): string {
  const [first] = [header ?? ''].flat();
  return (first?.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function record(value: Buffer, headers: readonly Header[]): RecordContent {
  return { key: null, value, headers };
}

function batch(bytes: Buffer, headers: readonly Header[]): Submission {
  const elements = splitArray(bytes);
  if (elements === null) throw new ProblemError(400, 'The body is not a JSON array of events.');
  if (elements.length === 0 || elements.length > MAX_EVENTS) {
    throw new ProblemError(400, `The body has ${elements.length} events, expected 1 to ${MAX_EVENTS}.`);
  }
  return { events: elements.map((element) => record(element, headers)), isBatch: true };
}

/** `ce-id: 1` becomes the header `ce_id`; values are percent-decoded as the HTTP binding has it. */
function binaryAttributes(headers: SubmissionRequest['headers']): Header[] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(CLOUD_EVENT_PREFIX))
    .flatMap(([name, value]) =>
      [value ?? '']
        .flat()
        .map((text) => textHeader(`ce_${name.slice(CLOUD_EVENT_PREFIX.length)}`, decoded(name, text))),
    );
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProblemError(
      400,
      `The header ${name} is ${JSON.stringify(text.slice(0, 100))}, expected percent-encoded UTF-8.`,
    );
  }
}

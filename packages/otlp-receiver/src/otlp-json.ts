import { PitwallError } from '@pitwall/contracts';
import type { AttributeValue, Span } from './span.js';

type Json = Readonly<Record<string, unknown>>;

const NANOS_PER_MS = 1_000_000n;
const STATUS_ERROR = 2;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Reads the body of an OTLP/HTTP trace export in its JSON form (opentelemetry-proto, `ExportTraceServiceRequest`). Fields that
 * are not known are ignored, as the protocol asks; a span without ids is left out.
 *
 * @throws PitwallError `invalid_otlp` when the document has no `resourceSpans` list.
 */
export function parseTraceExport(body: unknown): Span[] {
  if (!isObject(body) || !Array.isArray(body['resourceSpans'])) {
    throw new PitwallError('The body is no OTLP trace export: expected a JSON object with a list "resourceSpans".', {
      code: 'invalid_otlp',
    });
  }
  return list(body['resourceSpans']).flatMap((resourceSpans) => {
    const resource = isObject(resourceSpans['resource']) ? resourceSpans['resource'] : {};
    const service = String(attributesOf(resource['attributes'])['service.name'] ?? '');
    return list(resourceSpans['scopeSpans'])
      .flatMap((scope) => list(scope['spans']))
      .map((span) => spanOf(span, service))
      .filter((span) => span.traceId !== '' && span.spanId !== '');
  });
}

function spanOf(span: Json, service: string): Span {
  const start = nanos(span['startTimeUnixNano']);
  const end = nanos(span['endTimeUnixNano']);
  const status = isObject(span['status']) ? span['status'] : {};
  return {
    traceId: text(span['traceId']).toLowerCase(),
    spanId: text(span['spanId']).toLowerCase(),
    parentSpanId: text(span['parentSpanId']).toLowerCase() || null,
    service,
    name: text(span['name']),
    kind: typeof span['kind'] === 'number' ? span['kind'] : 0,
    startMs: toMs(start),
    durationMs: toMs(end - start),
    attributes: attributesOf(span['attributes']),
    links: list(span['links']).map((link) => ({ traceId: text(link['traceId']), spanId: text(link['spanId']) })),
    error: status['code'] === STATUS_ERROR ? text(status['message']) || 'error' : null,
  };
}

/** Nanoseconds come as decimal text, since JSON numbers cannot hold them; exporters of old sent numbers. */
function nanos(value: unknown): bigint {
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}

// Whole milliseconds and the rest apart: a double holds the microseconds of today's dates, not the nanoseconds.
function toMs(value: bigint): number {
  return Number(value / NANOS_PER_MS) + Number(value % NANOS_PER_MS) / Number(NANOS_PER_MS);
}

function attributesOf(value: unknown): Record<string, AttributeValue> {
  return Object.fromEntries(list(value).map((entry) => [text(entry['key']), attributeValue(entry['value'])]));
}

function attributeValue(value: unknown): AttributeValue {
  if (!isObject(value)) return '';
  const { stringValue, intValue, doubleValue, boolValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  const number = intValue ?? doubleValue;
  return number === undefined ? JSON.stringify(value) : Number(number);
}

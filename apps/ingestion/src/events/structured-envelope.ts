import type { Dead } from '@pitwall/messaging';
import { refuse, type Envelope } from './envelope.js';

const SUPPORTED = '1.0';
const DATA_POINTER = '/data';

/** CloudEvents structured mode: one JSON document holds the attributes and, under `data`, the event. */
export function readStructured(document: unknown, exact: Envelope['exact']): Envelope | Dead {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse('invalid_header', 'The document is no JSON object, expected a CloudEvent.');
  }
  const attributes = document as Readonly<Record<string, unknown>>;
  for (const name of ['specversion', 'id', 'source', 'type'] as const) {
    const value = attributes[name];
    if (typeof value !== 'string' || value === '') {
      return refuse('invalid_header', `The attribute ${name} is ${value === undefined ? 'missing' : 'no text'}; CloudEvents 1.0 requires it.`);
    }
  }
  if (attributes['specversion'] !== SUPPORTED) {
    return refuse('invalid_header', `The attribute specversion is ${JSON.stringify(attributes['specversion'])}, expected "${SUPPORTED}".`);
  }
  if (attributes['data'] === undefined) {
    return refuse('invalid_header', 'The attribute data is missing, expected the event as JSON (data_base64 is not supported).');
  }
  return {
    id: attributes['id'] as string,
    source: attributes['source'] as string,
    type: attributes['type'] as string,
    time: textOrNull(attributes['time']),
    partitionKey: textOrNull(attributes['partitionkey']),
    data: attributes['data'],
    exact: exact === null ? null : below(exact, DATA_POINTER),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The entries below a pointer, seen from there. */
function below(exact: ReadonlyMap<string, string>, pointer: string): ReadonlyMap<string, string> {
  const entries = [...exact].filter(([key]) => key.startsWith(`${pointer}/`));
  return new Map(entries.map(([key, digits]) => [key.slice(pointer.length), digits]));
}

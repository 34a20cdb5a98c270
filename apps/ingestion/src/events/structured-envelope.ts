import type { Dead } from '@pitwall/messaging';
import { refuse, type Envelope } from './envelope.js';

const SUPPORTED = '1.0';
const REQUIRED = ['specversion', 'id', 'source', 'type'] as const;
const DATA_POINTER = '/data';

type Attributes = Readonly<Record<string, unknown>>;

/** CloudEvents structured mode: one JSON document holds the attributes and, under `data`, the event. */
export function readStructured(document: unknown, exact: Envelope['exact']): Envelope | Dead {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse('invalid_header', 'The document is no JSON object, expected a CloudEvent.');
  }
  const attributes = document as Attributes;
  const problem = problemOf(attributes);
  if (problem !== null) return refuse('invalid_header', problem);
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

/** What CloudEvents 1.0 would have otherwise, or null. */
function problemOf(attributes: Attributes): string | null {
  for (const name of REQUIRED) {
    const value = attributes[name];
    if (typeof value !== 'string' || value === '') {
      return `The attribute ${name} is ${value === undefined ? 'missing' : 'no text'}; CloudEvents 1.0 requires it.`;
    }
  }
  const version = attributes['specversion'];
  if (version !== SUPPORTED) return `The attribute specversion is ${JSON.stringify(version)}, expected "${SUPPORTED}".`;
  if (attributes['data'] !== undefined) return null;
  return 'The attribute data is missing, expected the event as JSON (data_base64 is not supported).';
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The entries below a pointer, seen from there. */
function below(exact: ReadonlyMap<string, string>, pointer: string): ReadonlyMap<string, string> {
  const entries = [...exact].filter(([key]) => key.startsWith(`${pointer}/`));
  return new Map(entries.map(([key, digits]) => [key.slice(pointer.length), digits]));
}

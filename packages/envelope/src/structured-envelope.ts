import { dead, type Dead } from '@pitwall/messaging';
import { refuse, type Envelope, type EnvelopeRules } from './envelope.js';
import { usableIdentity } from './identity-hint.js';

const SUPPORTED = '1.0';
const REQUIRED = ['specversion', 'source', 'type'] as const;
const DATA_POINTER = '/data';

type Attributes = Readonly<Record<string, unknown>>;

/** A document as the hardened parser has read it. */
export interface ReadDocument {
  readonly value: unknown;
  readonly exact: Envelope['exact'];
}

/** CloudEvents structured mode: one JSON document holds the attributes and, under `data`, the event. */
export function readStructured({ value, exact }: ReadDocument, { isIdRequired }: EnvelopeRules): Envelope | Dead {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('invalid_header', 'The document is no JSON object, expected a CloudEvent.');
  }
  const attributes = value as Attributes;
  const problem = problemOf(attributes, isIdRequired ? ['id', ...REQUIRED] : REQUIRED);
  if (problem !== null) {
    const { source, id } = attributes;
    return dead({ reason: 'invalid_header', message: problem, identity: usableIdentity(source, id) });
  }
  return {
    id: (attributes['id'] ?? null) as string | null,
    source: attributes['source'] as string,
    type: attributes['type'] as string,
    time: textOrNull(attributes['time']),
    partitionKey: textOrNull(attributes['partitionkey']),
    data: attributes['data'],
    exact: exact === null ? null : below(exact, DATA_POINTER),
  };
}

/** What CloudEvents 1.0 would have otherwise, or null. */
function problemOf(attributes: Attributes, required: readonly string[]): string | null {
  for (const name of ['id', ...REQUIRED]) {
    const problem = problemOfText(name, attributes[name], required);
    if (problem !== null) return problem;
  }
  const version = attributes['specversion'];
  if (version !== SUPPORTED) return `The attribute specversion is ${JSON.stringify(version)}, expected "${SUPPORTED}".`;
  if (attributes['data'] !== undefined) return null;
  return 'The attribute data is missing, expected the event as JSON (data_base64 is not supported).';
}

/** An attribute that is null is not there, as the JSON format of CloudEvents has it. */
function problemOfText(name: string, value: unknown, required: readonly string[]): string | null {
  if (value === undefined || value === null) {
    return required.includes(name) ? `The attribute ${name} is missing; CloudEvents 1.0 requires it.` : null;
  }
  if (typeof value === 'string' && value !== '') return null;
  return `The attribute ${name} is ${value === '' ? 'empty' : 'no text'}, expected text of at least one character.`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The entries below a pointer, seen from there. */
function below(exact: ReadonlyMap<string, string>, pointer: string): ReadonlyMap<string, string> {
  const entries = [...exact].filter(([key]) => key.startsWith(`${pointer}/`));
  return new Map(entries.map(([key, digits]) => [key.slice(pointer.length), digits]));
}

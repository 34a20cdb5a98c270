import { HEADER } from '@pitwall/contracts';
import { decodeText, type Dead, type Header } from '@pitwall/messaging';
import { type Envelope, type EnvelopeRules, keyTextOf, refuse, type RecordContent } from './envelope.js';

const PARTITION_KEY = 'ce_partitionkey';
const SUPPORTED = '1.0';
const SHOWN_CHARACTERS = 100;

type Attributes = Omit<Envelope, 'data' | 'exact'>;

/** CloudEvents binary mode: the attributes are headers, the value is the data. */
export function readBinaryAttributes(record: RecordContent, { isIdRequired }: EnvelopeRules): Attributes | Dead {
  const version = required(record.headers, HEADER.ceSpecVersion);
  if (typeof version !== 'string') return version;
  if (version !== SUPPORTED) {
    return refuse('invalid_header', `ce_specversion is ${show(version)}, expected "${SUPPORTED}".`);
  }
  const id = isIdRequired ? required(record.headers, HEADER.ceId) : optional(record.headers, HEADER.ceId);
  if (isRefused(id)) return id;
  const source = required(record.headers, HEADER.ceSource);
  if (typeof source !== 'string') return source;
  const type = required(record.headers, HEADER.ceType);
  if (typeof type !== 'string') return type;
  const time = optional(record.headers, HEADER.ceTime);
  if (isRefused(time)) return time;
  const partitionKey = optional(record.headers, PARTITION_KEY);
  if (isRefused(partitionKey)) return partitionKey;
  return { id, source, type, time, partitionKey: partitionKey ?? keyTextOf(record) };
}

function isRefused(read: string | Dead | null): read is Dead {
  return typeof read === 'object' && read !== null;
}

function required(headers: readonly Header[], name: string): string | Dead {
  return (
    optional(headers, name) ?? refuse('invalid_header', `The header ${name} is missing; CloudEvents 1.0 requires it.`)
  );
}

/** The text of a header; null where there is none. Null, repeated, empty and unreadable values are refused. */
function optional(headers: readonly Header[], name: string): string | Dead | null {
  const found = headers.filter((header) => header.name === name);
  const [header] = found;
  if (header === undefined) return null;
  if (found.length > 1)
    return refuse('invalid_header', `The header ${name} stands ${found.length} times, expected once.`);
  const text = header.value === null ? null : decodeText(header.value);
  if (text === null) {
    return refuse(
      'invalid_header',
      `The header ${name} is ${header.value === null ? 'null' : 'not UTF-8'}, expected text.`,
    );
  }
  if (text === '') return refuse('invalid_header', `The header ${name} is empty.`);
  return text;
}

function show(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}

import { LIMITS } from '@pitwall/contracts';
import { parseJson, type Dead } from '@pitwall/messaging';
import { readBinaryAttributes } from './binary-envelope.js';
import {
  contentModeOf,
  contentTypeOf,
  isDead,
  refuse,
  type Envelope,
  type EnvelopeRules,
  type RecordContent,
} from './envelope.js';
import { readStructured } from './structured-envelope.js';

/** Reads a raw record in whichever of the three modes it is written, or says why it cannot be read. */
export function readEnvelope(record: RecordContent, rules: EnvelopeRules): Envelope | Dead {
  const value = record.value;
  if (value === null || value.length === 0) {
    return refuse('empty_value', value === null ? 'The record has no value.' : 'The value has 0 bytes.');
  }
  if (value.length > LIMITS.maxEventBytes) {
    return refuse('too_large', `The value has ${value.length} bytes, expected at most ${LIMITS.maxEventBytes}.`);
  }
  const mode = contentModeOf(record.headers);
  switch (mode) {
    case 'binary':
      return readBinary(record, value, rules);
    case 'structured': {
      const json = parseJson(value);
      return json.ok ? readStructured(json, rules) : refuse(json.reason, json.message);
    }
    case 'plain':
      return readPlain(value);
    default:
      return mode satisfies never;
  }
}

function readBinary(record: RecordContent, value: Buffer, rules: EnvelopeRules): Envelope | Dead {
  const attributes = readBinaryAttributes(record, rules);
  if (isDead(attributes)) return attributes;
  const contentType = contentTypeOf(record.headers);
  if (contentType !== null && contentType !== 'application/json' && !contentType.endsWith('+json')) {
    return refuse(
      'invalid_header',
      `The content-type is ${JSON.stringify(contentType.slice(0, 100))}, expected application/json.`,
    );
  }
  const json = parseJson(value);
  if (!json.ok) return refuse(json.reason, json.message);
  return { ...attributes, data: json.value, exact: json.exact };
}

function readPlain(value: Buffer): Envelope | Dead {
  const json = parseJson(value);
  if (!json.ok) return refuse(json.reason, json.message);
  return { id: null, source: null, type: null, time: null, partitionKey: null, data: json.value, exact: json.exact };
}

/**
 * The contracts of the messages on the path of every event once more, by hand, for {@link withQuickCheck}: each of these is
 * true only for messages that the schema of the same name accepts and gives back as they are. A property test holds them to it.
 */
import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { PATTERN } from '../patterns.js';
import { MODEL_ROLES, NOTE_KINDS } from './common.js';
import { countMembers, membersOf } from './quick-check.js';

type Members = Readonly<Record<string, unknown>>;

const FEATURES_MEMBERS = 10;
const PREDICTION_MEMBERS = FEATURES_MEMBERS + 3;
const SCORE_MEMBERS = 5;
const NOTE_MEMBERS = 3;
/** No text takes more bytes in UTF-8 per unit of its length. */
const MAX_BYTES_PER_UNIT = 3;
const TIMESTAMP = z.regexes.datetime({});

/** See featuresMessageSchema. */
export function isPlainFeatures(value: unknown): boolean {
  const message = membersOf(value);
  return message !== null && hasFeatures(message) && countMembers(message) === FEATURES_MEMBERS;
}

/** See predictionMessageSchema. */
export function isPlainPrediction(value: unknown): boolean {
  const message = membersOf(value);
  return message !== null && hasFeatures(message) && hasScores(message) && countMembers(message) === PREDICTION_MEMBERS;
}

function hasFeatures(message: Members): boolean {
  return (
    hasIdentity(message) &&
    hasFlags(message) &&
    isPlainRecord(message['features']) &&
    Array.isArray(message['notes']) &&
    message['notes'].every(isPlainNote)
  );
}

function hasIdentity({ pipeline, source, id, entity, eventTime }: Members): boolean {
  return (
    isLike(PATTERN.pipelineName, pipeline) && isId(source) && isId(id) && isId(entity) && isLike(TIMESTAMP, eventTime)
  );
}

function hasFlags({ late, future, definitionVersion }: Members): boolean {
  return (
    typeof late === 'boolean' &&
    typeof future === 'boolean' &&
    Number.isSafeInteger(definitionVersion) &&
    (definitionVersion as number) > 0
  );
}

function hasScores({ scores, fallback, inferenceMs }: Members): boolean {
  return (
    Array.isArray(scores) &&
    scores.every(isPlainScore) &&
    (fallback === null || isText(fallback)) &&
    isWithin(inferenceMs, Number.MAX_VALUE)
  );
}

function isPlainScore(value: unknown): boolean {
  const score = membersOf(value);
  return (
    score !== null &&
    isOneOf(MODEL_ROLES, score['role']) &&
    isText(score['model']) &&
    isText(score['version']) &&
    isLike(PATTERN.sha256, score['digest']) &&
    isWithin(score['score'], 1) &&
    countMembers(score) === SCORE_MEMBERS
  );
}

function isPlainNote(value: unknown): boolean {
  const note = membersOf(value);
  if (note === null) return false;
  const { field, kind, rule, from } = note;
  return (
    typeof field === 'string' &&
    isOneOf(NOTE_KINDS, kind) &&
    typeof rule === 'string' &&
    (from === undefined || typeof from === 'boolean' || isFeatureValue(from)) &&
    countMembers(note) === NOTE_MEMBERS + (from === undefined ? 0 : 1)
  );
}

/** Features by name. One that is called `__proto__` the schema leaves out. */
function isPlainRecord(value: unknown): boolean {
  const features = membersOf(value);
  if (features === null) return false;
  for (const name in features) {
    if (!isFeatureValue(features[name]) || name === '__proto__') return false;
  }
  return true;
}

function isFeatureValue(value: unknown): boolean {
  return typeof value === 'string' || value === null || Number.isFinite(value);
}

function isId(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return (
    value.length * MAX_BYTES_PER_UNIT <= LIMITS.maxIdBytes || Buffer.byteLength(value, 'utf8') <= LIMITS.maxIdBytes
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isLike(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isOneOf(names: readonly string[], value: unknown): boolean {
  return names.includes(value as string);
}

/** From 0 to a largest value. */
function isWithin(value: unknown, largest: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= largest;
}

import { hash } from 'node:crypto';
import type { DeadLetter } from '@pitwall/contracts';

/** What a group of dead letters has in common. */
export interface Fingerprint {
  /** What is wrong with the records: a JSON pointer, or the message without what differs from record to record. */
  readonly place: string;
  /** 16 hex digits of the SHA-256 over [stage, reason, place]. */
  readonly fingerprint: string;
}

type Facts = Pick<DeadLetter, 'stage' | 'reason' | 'message' | 'violations'>;

const DIGITS = 16;

/** Groups dead letters by stage, reason and place, so that one cause makes one group however many records it kills. */
export function fingerprintOf(letter: Facts): Fingerprint {
  const [violation] = letter.violations;
  const place = violation === undefined ? templateOf(letter.message) : pathOf(violation.pointer);
  const name = JSON.stringify([letter.stage, letter.reason, place]);
  return { place, fingerprint: hash('sha256', name, 'hex').slice(0, DIGITS) };
}

const MAX_PLACE_CHARACTERS = 200;
const MAX_STEP_CHARACTERS = 40;
const INDEX_OR_ID = /^(?:\d+|[\da-f-]{16,})$/i;

/** A pointer without the positions in arrays and the keys that are data. */
function pathOf(pointer: string): string {
  const steps = pointer
    .split('/')
    .map((step) => (step.length > MAX_STEP_CHARACTERS || INDEX_OR_ID.test(step) ? '*' : step));
  return cut(steps.join('/'));
}

/** A message without what it quotes, and without numbers and hex digits. */
function templateOf(message: string): string {
  return cut(
    message
      .replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"')
      .replaceAll(/\b(?=[\da-f-]*\d)[\da-f-]{8,}\b/gi, '#')
      .replaceAll(/\d+(?:[.,]\d+)*/g, '#'),
  );
}

function cut(text: string): string {
  return text.length > MAX_PLACE_CHARACTERS ? `${text.slice(0, MAX_PLACE_CHARACTERS - 1)}…`.toWellFormed() : text;
}

import { HEADER } from '@pitwall/contracts';
import { headerOf } from './headers.js';
import type { Header } from './port.js';

/** Far above every loop guard. */
const MAX_DIGITS = 4;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * How often the record was redriven, as its first header `pitwall-redrive-attempt` says: 1 to 9,999 in decimal digits. 0 where
 * there is no such header, or another value in it.
 */
export function redriveAttemptOf(headers: readonly Header[]): number {
  const value = headerOf(headers, HEADER.redriveAttempt) ?? null;
  if (value === null || value.length === 0 || value.length > MAX_DIGITS || value[0] === ZERO) return 0;
  let attempt = 0;
  for (const byte of value) {
    if (byte < ZERO || byte > NINE) return 0;
    attempt = attempt * 10 + (byte - ZERO);
  }
  return attempt;
}

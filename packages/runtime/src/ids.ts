import { randomUUID } from 'node:crypto';

const ACCEPTED = /^[\w.:-]{1,128}$/;

/** The id of a request: the caller's, where it is 1 to 128 harmless characters, or a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID();
}

import { InvalidRequestError } from '@pitwall/runtime';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A uuid in lower case. Throws an {@link InvalidRequestError} for any other text. */
export function requireUuid(name: string, given: string): string {
  if (UUID.test(given)) return given.toLowerCase();
  const got = JSON.stringify(given.slice(0, 100));
  throw new InvalidRequestError([{ pointer: `/${name}`, message: `expected a uuid, got ${got}` }]);
}

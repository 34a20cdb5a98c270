import { CommandFailure, EXIT } from '../exit-codes.js';
import { printable } from '../output/words.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_SHOWN = 60;

/** An id as it was typed. @throws CommandFailure `usage` where it cannot be one, before anybody is asked */
export function requireId(text: string, what: 'dead letter' | 'redrive'): string {
  if (UUID.test(text)) return text;
  throw new CommandFailure(
    `Got ${JSON.stringify(printable(text, MAX_SHOWN))}, expected the id of a ${what}: 32 hex digits, 8-4-4-4-12, as the lists show it.`,
    EXIT.usage,
  );
}

import { LIMITS } from '@pitwall/contracts';
import type { Header } from '@pitwall/messaging';

/**
 * Bytes that the value of what is published may have: key and headers take less than the rest of what a derived message may
 * hold. Checked before a row is stored and not when it is sent: what is stored and cannot be published would be decided and
 * dead at once.
 */
export const MAX_PUBLISHED_VALUE_BYTES = LIMITS.maxDerivedBytes - 16 * 1024;

/** What is published of a row. It is stored with the row, so that every copy has the same bytes. */
export interface Publication {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: readonly Header[];
}

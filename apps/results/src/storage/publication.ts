import type { Header } from '@pitwall/messaging';

/** What is published of a row. It is stored with the row, so that every copy has the same bytes. */
export interface Publication {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: readonly Header[];
}

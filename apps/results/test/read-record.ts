import type { InboundRecord } from '@pitwall/messaging';

/** A record that a consumer of the test has read. */
export interface ReadRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  /** Names and values in their order. */
  readonly headers: string;
  readonly header: (name: string) => string | undefined;
}

export function readRecord({ partition, key, value, headers }: InboundRecord): ReadRecord {
  const pairs = headers.map((header) => [header.name, header.value?.toString('utf8')] as const);
  return {
    partition,
    key: String(key),
    value: String(value),
    headers: JSON.stringify(pairs),
    header: (name) => pairs.find(([other]) => other === name)?.[1],
  };
}

/** All that must be the same in every copy. */
export function bytesOf({ partition, key, headers, value }: ReadRecord): string {
  return JSON.stringify([partition, key, headers, value]);
}

/** Every version of the bytes that was published under each id. */
export function copiesBy(
  idOf: (record: ReadRecord) => string,
  records: readonly ReadRecord[],
): ReadonlyMap<string, readonly string[]> {
  const copies = new Map<string, string[]>();
  for (const record of records) {
    const of = copies.get(idOf(record));
    if (of === undefined) copies.set(idOf(record), [bytesOf(record)]);
    else of.push(bytesOf(record));
  }
  return copies;
}

import { PitwallError } from './pitwall-error.js';

/**
 * Where a raw record stands in its events topic, and what it held. It travels with every message derived from the
 * record in the header `pitwall-origin` as `topic partition offset appendedAt digest`, separated by one space.
 */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended the record, milliseconds since the epoch. */
  readonly appendedAt: number;
  /** SHA-256 of the record's key and value, 64 lower-case hex digits, see {@link contentDigest}. */
  readonly digest: string;
}

const PATTERN = /^([\w.-]{1,249}) (\d{1,10}) (\d{1,16}) (\d{1,16}) ([0-9a-f]{64})$/;

/** The header value of an origin. */
export function formatOrigin(origin: Origin): string {
  return `${origin.topic} ${origin.partition} ${origin.offset} ${origin.appendedAt} ${origin.digest}`;
}

/** Reads a header value back. Throws a {@link PitwallError} `invalid_origin` on anything else than {@link formatOrigin} writes. */
export function parseOrigin(text: string): Origin {
  const match = PATTERN.exec(text);
  if (match === null) {
    throw new PitwallError(
      `The header pitwall-origin is ${JSON.stringify(text.slice(0, 200))}, expected "topic partition offset appendedAt sha256".`,
      {
        code: 'invalid_origin',
      },
    );
  }
  const [, topic, partition, offset, appendedAt, digest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { topic, partition: Number(partition), offset: Number(offset), appendedAt: Number(appendedAt), digest };
}

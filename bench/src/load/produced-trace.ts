import { HEADER } from '@pitwall/contracts';
import { type Random, wholeBelow } from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';

const HEX = 16;

/** The record of a producer that has a trace of its own, which it samples or does not. */
export function withTrace(record: OutboundRecord, random: Random): OutboundRecord {
  const flags = random() < 0.5 ? '00' : '01';
  const traceparent = `00-${digits(32, random)}-${digits(16, random)}-${flags}`;
  const headers = [...record.headers, { name: HEADER.traceparent, value: Buffer.from(traceparent) }];
  return { ...record, headers };
}

/** Hex digits, and never all zero: that means none. */
function digits(count: number, random: Random): string {
  const rest = Array.from({ length: count - 1 }, () => wholeBelow(random, HEX).toString(HEX));
  return `${rest.join('')}1`;
}

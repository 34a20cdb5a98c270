import { eventsTopic, formatOrigin, HEADER, LIMITS, type Origin } from '@pitwall/contracts';
import { batchSizeOf, type Header, headerOf, textHeader } from '@pitwall/messaging';
import { parseTraceparent } from '@pitwall/telemetry';
import { redriveBytesOf, redrivenRecord, type RedriveSource } from './redriven-record.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const ORIGIN = { topic: 'p.events.v1', partition: 1, offset: 7, appendedAt: 1, digest: 'a'.repeat(64) };
const GIVEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

const LONGEST: Origin = {
  topic: eventsTopic.name('p'.repeat(63)),
  partition: 2 ** 31 - 1,
  offset: Number.MAX_SAFE_INTEGER,
  appendedAt: 8.64e15,
  digest: 'a'.repeat(64),
};

const source = (parts: Partial<RedriveSource> = {}): RedriveSource => ({
  deadLetterId: '60981cec-c8ac-5cf0-9872-ae3d3e87e261',
  attempt: 2,
  topic: 'p.features.v1',
  partition: 3,
  origin: ORIGIN,
  key: null,
  value: Buffer.from('x'),
  headers: [],
  traceId: TRACE_ID,
  ...parts,
});

const traceparentOf = (parts: Partial<RedriveSource>): string | undefined =>
  headerOf(redrivenRecord(source(parts)).headers, HEADER.traceparent)?.toString();

describe('redrivenRecord', () => {
  it('is the original with its origin and this attempt in the place of earlier ones', () => {
    const headers = [
      { name: 'a', value: null },
      textHeader(HEADER.redriveAttempt, '1'),
      textHeader(HEADER.origin, 'claimed'),
      { name: 'a', value: Buffer.from([255]) },
      textHeader(HEADER.traceparent, GIVEN),
    ];
    const record = redrivenRecord(source({ headers }));
    expect(record).toMatchObject({ topic: 'p.features.v1', partition: 3, key: null, value: Buffer.from('x') });
    expect(record.headers).toEqual([
      headers[0],
      headers[3],
      headers[4],
      textHeader(HEADER.origin, formatOrigin(ORIGIN)),
      textHeader(HEADER.redriveAttempt, '2'),
    ]);
  });

  it('goes on with the trace in which it died, where it came without a context that can be read', () => {
    for (const headers of [
      [],
      [textHeader(HEADER.traceparent, 'broken')],
      [{ name: HEADER.traceparent, value: null }],
    ]) {
      const context = parseTraceparent(traceparentOf({ headers }) ?? '');
      expect(context).toMatchObject({ traceId: TRACE_ID, sampled: true });
    }
  });

  it('has no context where it never had one', () => {
    expect(traceparentOf({ traceId: null })).toBeUndefined();
  });

  it('fits into its topic, be the record as large as a producer may write it, and however often it is redriven', () => {
    const key = Buffer.alloc(500, 1);
    let headers: readonly Header[] = [textHeader('h', 'x'.repeat(300))];
    const value = Buffer.alloc(2 ** 18);
    const filling = Buffer.alloc(LIMITS.maxEventRecordBytes - batchSizeOf({ key, value, headers }) + value.length);
    for (const attempt of [1, 2, 9_999]) {
      expect(redriveBytesOf({ key, value: filling, headers })).toBe(LIMITS.maxEventRecordBytes);
      const record = redrivenRecord(source({ key, value: filling, headers, attempt, origin: LONGEST }));
      expect(batchSizeOf(record)).toBeGreaterThan(LIMITS.maxEventRecordBytes);
      expect(batchSizeOf(record)).toBeLessThanOrEqual(eventsTopic.maxMessageBytes);
      headers = record.headers;
    }
  });

  it('is the same to the byte when it is made again', () => {
    expect(redrivenRecord(source())).toEqual(redrivenRecord(source()));
  });
});

import { formatOrigin, HEADER } from '@pitwall/contracts';
import { headerOf, textHeader } from '@pitwall/messaging';
import { parseTraceparent } from '@pitwall/telemetry';
import { redrivenRecord, type RedriveSource } from './redriven-record.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const ORIGIN = { topic: 'p.events.v1', partition: 1, offset: 7, appendedAt: 1, digest: 'a'.repeat(64) };
const GIVEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

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

  it('is the same to the byte when it is made again', () => {
    expect(redrivenRecord(source())).toEqual(redrivenRecord(source()));
  });
});

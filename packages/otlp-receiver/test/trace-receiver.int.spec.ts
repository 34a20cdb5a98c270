import { gzipSync } from 'node:zlib';
import { startTraceReceiver, type TraceReceiver } from '@pitwall/otlp-receiver';

const anExport = (traceId: string): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: '1'.repeat(16), name: 'x' }] }] }] });

describe('the trace receiver', () => {
  let receiver: TraceReceiver;
  beforeAll(async () => {
    receiver = await startTraceReceiver({ port: 0 });
  });
  afterAll(() => receiver.close());

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> =>
    fetch(`${receiver.url}/v1/traces`, { method: 'POST', body, headers });

  it.each([
    { form: 'plain', headers: {}, body: anExport('a'.repeat(32)), traceId: 'a'.repeat(32) },
    {
      form: 'packed',
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(anExport('b'.repeat(32)))),
      traceId: 'b'.repeat(32),
    },
  ])('takes a $form export and gives the trace back', async ({ headers, body, traceId }) => {
    const taken = await post(body, { 'content-type': 'application/json', ...headers });
    expect(taken.status).toBe(200);
    const trace = await fetch(`${receiver.url}/traces/${traceId}`);
    expect(await trace.json()).toMatchObject({ traceId, spans: [{ name: 'x' }] });
  });

  it.each([
    [400, '{', { 'content-type': 'application/json' }],
    [400, 'no gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
    [415, 'x', { 'content-type': 'application/x-protobuf' }],
  ])('answers %i to %s', async (status, body, headers) => {
    const refused = await post(body, headers as Record<string, string>);
    expect(refused.status).toBe(status);
    expect(await refused.json()).toHaveProperty('title');
  });

  it('answers 404 for a trace that it does not hold', async () => {
    expect((await fetch(`${receiver.url}/traces/${'f'.repeat(32)}`)).status).toBe(404);
  });
});

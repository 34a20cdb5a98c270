import { context } from '@opentelemetry/api';
import { eventsTopic, HEADER, PitwallError } from '@pitwall/contracts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from '@pitwall/telemetry';
import type { Outcome, RecordTrace } from '../batch-handler.js';
import { textHeader } from '../headers.js';
import { aRecord, anAssignment } from '../memory/builders.js';
import { dead, done } from '../outcomes.js';
import type { BatchConsumer, Header, MessagingClient, OutboundRecord } from '../port.js';
import { BatchTransport } from './batch-transport.js';

type Exporter = NonNullable<TelemetryOptions['exporter']>;
type FinishedSpan = Parameters<Exporter['export']>[0][number];

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;
const UNSAMPLED = `00-${TRACE}-${PARENT}-00`;
const EVENTS = 'p.events.v1';
const FEATURES = 'p.features.v1';

// The result type is an enumeration of a package that is not among our dependencies.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const SUCCESS = { code: 0 } as Parameters<Parameters<Exporter['export']>[1]>[0];

describe('tracing of batches', () => {
  let telemetry: Telemetry;
  let spans: FinishedSpan[];
  let sent: OutboundRecord[];

  const startTracing = (sampleRatio: number): void => {
    const exporter: Exporter = {
      export: (finished, tell) => {
        spans.push(...finished);
        tell(SUCCESS);
      },
      shutdown: async () => undefined,
    };
    telemetry = startTelemetry({ service: 'ingestion', version: '1', sampleRatio, exporter });
  };

  /** Lets one batch of events with these headers go through a transport, and returns the spans that are left. */
  const runBatch = async (
    headers: readonly (readonly Header[])[],
    outcome: (trace: RecordTrace) => Outcome | null = () => null,
  ): Promise<readonly FinishedSpan[]> => {
    let consumer: BatchConsumer = async () => undefined;
    const client = {
      publisher: async () => ({
        send: async (records: readonly OutboundRecord[]) => void sent.push(...records),
        close: async () => undefined,
      }),
      consume: async ({ onBatch }: { onBatch: BatchConsumer }) => {
        consumer = onBatch;
        return { stop: async () => undefined };
      },
    } as unknown as MessagingClient;
    const transport = new BatchTransport({
      client,
      service: 'ingestion',
      version: '1',
      stage: 'ingestion',
      pipelines: [{ name: 'p' }],
      onState: () => undefined,
      // The builders append at midnight.
      now: () => new Date('2024-01-01T00:00:12.500Z'),
    });
    const handler = async ({ messages }: Parameters<NonNullable<Parameters<BatchTransport['addHandler']>[1]>>[0]) =>
      messages.map(
        ({ trace }: { trace: RecordTrace }) =>
          outcome(trace) ??
          done({
            topic: FEATURES,
            partition: 0,
            key: null,
            value: Buffer.from('{}'),
            headers: [textHeader(HEADER.traceparent, trace.send(FEATURES))],
          }),
      );
    transport.addHandler(eventsTopic.kind, handler, false, { topic: eventsTopic, concurrency: 1 });
    await transport.listen(() => undefined);
    const records = headers.map((list, offset) =>
      aRecord({ topic: EVENTS, offset, headers: list, key: Buffer.from('N1') }),
    );
    const nextOffset = records.length;
    const batch = { topic: EVENTS, partition: 0, records, nextOffset, assignment: anAssignment(), highWatermark: 100 };
    try {
      await consumer(batch, async () => undefined);
    } finally {
      await telemetry.shutdown();
    }
    return spans;
  };

  const traceparents = (): string[] => sent.map(({ headers }) => headers[0]?.value?.toString() ?? '');
  const named = (name: string): readonly FinishedSpan[] => spans.filter((span) => span.name === name);

  beforeEach(() => {
    spans = [];
    sent = [];
  });

  afterEach(async () => {
    await telemetry.shutdown();
    context.disable();
  });

  it('makes a process span below the incoming one and a send span below that, which the output names', async () => {
    startTracing(0);
    await runBatch([[textHeader(HEADER.traceparent, SAMPLED)]]);
    const [process] = named(`process ${EVENTS}`);
    const [send] = named(`send ${FEATURES}`);
    expect(process?.spanContext().traceId).toBe(TRACE);
    expect(process?.parentSpanContext?.spanId).toBe(PARENT);
    expect(send?.parentSpanContext?.spanId).toBe(process?.spanContext().spanId);
    expect(traceparents()).toEqual([`00-${TRACE}-${send?.spanContext().spanId}-01`]);
    expect(process?.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.destination.name': EVENTS,
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
      'messaging.kafka.message.key': 'N1',
      'messaging.consumer.group.name': 'pitwall.ingestion.events.p',
    });
  });

  it('says which event a span is about, where its headers do', async () => {
    startTracing(1);
    const identity = [textHeader(HEADER.ceId, 'UA1545'), textHeader(HEADER.ceSource, '/flights')];
    const tooLong = [textHeader(HEADER.ceId, 'x'.repeat(1_000))];
    await runBatch([[...identity], tooLong]);
    const said = named(`process ${EVENTS}`).map(({ attributes }) => [
      attributes['pitwall.event.id'],
      attributes['pitwall.event.source'],
    ]);
    expect(said).toEqual([
      ['UA1545', '/flights'],
      [undefined, undefined],
    ]);
  });

  it('passes the context of an unsampled event on and makes no span', async () => {
    startTracing(1);
    await runBatch([[textHeader(HEADER.traceparent, UNSAMPLED)]]);
    expect(spans).toEqual([]);
    expect(traceparents()).toEqual([UNSAMPLED]);
  });

  it.each([
    ['a malformed trace id', UNSAMPLED.replace('af', 'ag')],
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${PARENT}-00`],
    ['an all-zero span id', `00-${TRACE}-${'0'.repeat(16)}-00`],
    ['a forbidden version', UNSAMPLED.replace('00', 'ff')],
  ])('gives an unsampled event with %s another context', async (_, traceparent) => {
    startTracing(1);
    await runBatch([[textHeader(HEADER.traceparent, traceparent)]]);
    expect(traceparents()[0]).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(traceparents()[0]).not.toBe(traceparent);
  });

  it.each([
    ['no context', []],
    ['a null one', [{ name: HEADER.traceparent, value: null }]],
    ['a malformed one', [textHeader(HEADER.traceparent, `${SAMPLED.slice(0, 30)}?${SAMPLED.slice(31)}`)]],
    ['an all-zero one', [textHeader(HEADER.traceparent, `00-${'0'.repeat(32)}-${PARENT}-01`)]],
  ])('begins a new trace for an event with %s', async (_, headers) => {
    startTracing(1);
    await runBatch([headers]);
    const [process] = named(`process ${EVENTS}`);
    expect(process?.parentSpanContext).toBeUndefined();
    const [send] = named(`send ${FEATURES}`);
    expect(send?.spanContext().traceId).toBe(process?.spanContext().traceId);
    expect(traceparents()[0]).toContain(`${send?.spanContext().spanId}-01`);
  });

  it('gives an event without context a trace id also where it is not sampled', async () => {
    startTracing(0);
    await runBatch([[], []]);
    expect(spans).toEqual([]);
    expect(new Set(traceparents()).size).toBe(2);
    for (const traceparent of traceparents())
      expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
  });

  it('makes one receive span per batch, linked to its sampled messages only', async () => {
    startTracing(1);
    await runBatch([[textHeader(HEADER.traceparent, SAMPLED)], [textHeader(HEADER.traceparent, UNSAMPLED)]]);
    const receive = named(`receive ${EVENTS}`);
    expect(receive).toHaveLength(1);
    expect(receive[0]?.links.map((link) => link.context.spanId)).toEqual([
      named(`process ${EVENTS}`)[0]?.spanContext().spanId,
    ]);
    expect(receive[0]?.attributes['messaging.batch.message_count']).toBe(2);
  });

  it('leaves a span with the trace id of an unsampled event that is dead', async () => {
    startTracing(0);
    await runBatch([[textHeader(HEADER.traceparent, UNSAMPLED)]], () =>
      dead({ reason: 'not_json', message: 'Got text.', identity: { source: '/s', id: 'E-1' } }),
    );
    const [span] = spans;
    expect(spans).toHaveLength(1);
    expect(span?.name).toBe(`process ${EVENTS}`);
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.status).toEqual({ code: 2, message: 'Got text.' });
    expect(span?.attributes).toMatchObject({
      'pitwall.dead_letter.reason': 'not_json',
      'pitwall.event.id': 'E-1',
      'pitwall.event.source': '/s',
    });
  });

  it('never exports the send spans that a handler abandons', async () => {
    startTracing(1);
    await runBatch([[textHeader(HEADER.traceparent, SAMPLED)]], (trace) => {
      trace.send(FEATURES);
      trace.abandonSends();
      return done();
    });
    expect(spans.map(({ name }) => name)).toEqual([`process ${EVENTS}`, `receive ${EVENTS}`]);
  });

  it('links the span of a record to the trace that a handler names', async () => {
    startTracing(1);
    const other = { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), sampled: true };
    await runBatch([[textHeader(HEADER.traceparent, SAMPLED)]], (trace) => {
      trace.linkTo(other);
      return done();
    });
    const [process] = named(`process ${EVENTS}`);
    expect(process?.spanContext().traceId).toBe(TRACE);
    expect(process?.links.map((link) => link.context)).toMatchObject([
      { traceId: other.traceId, spanId: other.spanId },
    ]);
  });

  it('marks the spans of a batch that failed', async () => {
    startTracing(1);
    const failing = runBatch([[textHeader(HEADER.traceparent, SAMPLED)]], () => {
      throw new PitwallError('no database', { code: 'database_unavailable' });
    });
    await expect(failing).rejects.toThrow('no database');
    expect(spans.map(({ name, status }) => [name, status.code, status.message])).toEqual([
      [`process ${EVENTS}`, 2, 'no database'],
      [`receive ${EVENTS}`, 2, 'no database'],
    ]);
  });

  it('counts what came in and what went out', async () => {
    startTracing(0);
    let text = '';
    const outcomes = [dead({ reason: 'not_json', message: 'no' }), null];
    const shutdown = telemetry.shutdown;
    telemetry = { ...telemetry, shutdown: async () => ((text ||= await telemetry.metricsText()), shutdown()) };
    await runBatch([[], []], () => outcomes.shift() ?? null);
    expect(text).toMatch(/messaging_client_consumed_messages_total\{[^}]*pitwall_outcome="dead"[^}]*\} 1/);
    expect(text).toMatch(/messaging_client_consumed_messages_total\{[^}]*pitwall_outcome="done"[^}]*\} 1/);
    expect(text).toMatch(/messaging_client_sent_messages_total\{[^}]*p\.features\.v1[^}]*\} 1/);
    expect(text).toMatch(/pitwall_dead_letters_total\{[^}]*not_json[^}]*\} 1/);
    expect(text).toMatch(/pitwall_consumer_lag\{[^}]*\} 98/);
    expect(text).toMatch(/pitwall_consumer_lag_time\{[^}]*\} 12.5/);
  });
});

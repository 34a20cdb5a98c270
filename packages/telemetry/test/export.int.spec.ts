import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { createLogger, newTraceContext, startRemoteSpan, startTelemetry, type Telemetry } from '../src/index.js';

interface Received {
  readonly path: string;
  readonly body: {
    resourceSpans: { scopeSpans: { spans: { name: string; traceId: string; parentSpanId: string }[] }[] }[];
  };
}

const written: string[] = [];
const logger = createLogger({
  service: 'spec',
  level: 'info',
  destination: { write: (line) => void written.push(line) },
});

let receiver: Server;
let received: Received[];
/** What the receiver does with a request, once it has read it. */
let answer: 'ok' | 'refuse' | 'never';
let telemetry: Telemetry;

beforeEach(async () => {
  written.length = 0;
  received = [];
  answer = 'ok';
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        body: JSON.parse(Buffer.concat(chunks).toString()) as Received['body'],
      });
      const status = { ok: 200, refuse: 400, never: null }[answer];
      if (status !== null) response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterEach(async () => {
  await telemetry.shutdown();
  receiver.closeAllConnections();
  receiver.close();
});

function start(endpoint: string): void {
  telemetry = startTelemetry({ service: 'spec', version: '1', sampleRatio: 1, otlpEndpoint: endpoint, logger });
}

function endpointOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function endSpans(count: number): void {
  for (let made = 0; made < count; made += 1) {
    startRemoteSpan(trace.getTracer('spec'), newTraceContext(), { name: 'work' }).end();
  }
}

async function durationOf(work: Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

describe('the export of spans', () => {
  it.each(['', '/'])('sends them as OTLP JSON below the endpoint with %j at its end', async (end) => {
    start(endpointOf(receiver) + end);
    const parent = newTraceContext();
    startRemoteSpan(trace.getTracer('spec'), parent, { name: 'work' }).end();
    await telemetry.shutdown();
    expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(received[0]?.body.resourceSpans[0]?.scopeSpans[0]?.spans).toEqual([
      expect.objectContaining({ name: 'work', traceId: parent.traceId, parentSpanId: parent.spanId }),
    ]);
  });

  it('sends all of a burst', async () => {
    start(endpointOf(receiver));
    endSpans(5_000);
    await telemetry.shutdown();
    const spans = received.flatMap(({ body }) => body.resourceSpans[0]?.scopeSpans[0]?.spans ?? []);
    expect(spans).toHaveLength(5_000);
  });

  it('logs failures once, counts what is lost, and goes on', async () => {
    answer = 'refuse';
    start(endpointOf(receiver));
    endSpans(2_048);
    let text = '';
    while (!text.includes('} 2048\n')) {
      await nextTurn();
      text = await telemetry.metricsText();
    }
    expect(text).toMatch(/otel_sdk_processor_span_processed_total\{[^}]*error_type="[^"]+"\} 2048\n/);
    expect(written.filter((line) => line.includes('could not be exported'))).toHaveLength(1);
  });

  it('does not hold up the shutdown when nobody listens', async () => {
    start('http://127.0.0.1:9');
    endSpans(10);
    expect(await durationOf(telemetry.shutdown())).toBeLessThan(15_000);
  });

  it('does not hold up the shutdown when the receiver does not answer', async () => {
    answer = 'never';
    start(endpointOf(receiver));
    endSpans(10);
    expect(await durationOf(telemetry.shutdown())).toBeLessThan(15_000);
    expect(received).toHaveLength(1);
  });
});

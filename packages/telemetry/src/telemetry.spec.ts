import { context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { ATTR, ATTRIBUTES } from './attributes.js';
import { counter, gauge, histogram } from './instruments.js';
import { createLogger } from './logger.js';
import { METRIC } from './metric-names.js';
import type { MetricSpec } from './metric-spec.js';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.js';
import { newTraceContext, remoteContext, startRemoteSpan } from './traceparent.js';

const written: string[] = [];
const logger = createLogger({
  service: 'spec',
  level: 'info',
  destination: { write: (line) => void written.push(line) },
});

/** Keeps its spans past the shutdown. */
class KeepingExporter extends InMemorySpanExporter {
  override async shutdown(): Promise<void> {}
}

let telemetry: Telemetry;

function start(options: Partial<TelemetryOptions> = {}): Telemetry {
  telemetry = startTelemetry({ service: 'spec', version: '1.2.3', sampleRatio: 1, logger, ...options });
  return telemetry;
}

afterEach(async () => {
  await telemetry.shutdown();
  written.length = 0;
});

describe('metrics', () => {
  const early = counter(METRIC.deadLetters);

  it('counts by instruments that are older than the start of telemetry', async () => {
    start();
    early.add(2, { [ATTR.deadLetterReason]: 'not_json' });
    early.add(1, { [ATTR.deadLetterReason]: 'not_json' });
    expect(await telemetry.metricsText()).toContain(
      'pitwall_dead_letters_total{pitwall_dead_letter_reason="not_json"} 3\n',
    );
  });

  it('begins anew when telemetry is started again', async () => {
    await start().shutdown();
    start();
    early.add(1);
    expect(await telemetry.metricsText()).toContain('pitwall_dead_letters_total 1\n');
  });

  it('has buckets, gauges, the process itself and who it is', async () => {
    start();
    histogram(METRIC.batchSize).record(7);
    gauge(METRIC.ready).record(1);
    const text = await telemetry.metricsText();
    expect(text).toContain('pitwall_batch_size_bucket{le="5"} 0\n');
    expect(text).toContain('pitwall_batch_size_bucket{le="10"} 1\n');
    expect(text).toContain('pitwall_ready 1\n');
    expect(text).toMatch(/process_cpu_time_total\{cpu_mode="user"\} \d/);
    expect(text).toMatch(/nodejs_eventloop_delay_max \d/);
    expect(text).toContain('service_name="spec",service_version="1.2.3"');
  });
});

describe('traces', () => {
  it('exports what is sampled, also when it ends right before the shutdown', async () => {
    const exporter = new KeepingExporter();
    start({ exporter });
    const tracer = trace.getTracer('spec');
    startRemoteSpan(tracer, newTraceContext({ sampled: true }), { name: 'sampled' }).end();
    startRemoteSpan(tracer, newTraceContext({ sampled: false }), { name: 'not sampled' }).end();
    await telemetry.shutdown();
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['sampled']);
  });

  it('carries the active span along asynchronous calls and into the log', async () => {
    start();
    const parent = newTraceContext({ sampled: true });
    await context.with(remoteContext(parent), async () => {
      await Promise.resolve();
      logger.info('inside');
    });
    logger.info('outside');
    const [inside, outside] = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(inside).toMatchObject({ trace_id: parent.traceId, span_id: parent.spanId });
    expect(outside).not.toHaveProperty('trace_id');
  });
});

describe('the catalogues', () => {
  const metrics: readonly MetricSpec[] = Object.values(METRIC);

  it('have every name once', () => {
    const names = [...metrics.map(({ name }) => name), ...Object.values(ATTRIBUTES).map(({ name }) => name)];
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(metrics)('describe $name', ({ name, description, unit, buckets = [] }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_.]+$/);
    expect(description).toMatch(/\.$/);
    expect(unit).toMatch(/^(s|By|1|\{[a-z]+\})$/);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  });
});

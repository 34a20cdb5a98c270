import { randomUUID } from 'node:crypto';
import { context, diag, DiagLogLevel, metrics, trace } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR } from './attributes.js';
import { AsyncContextManager } from './context-manager.js';
import { renewInstruments } from './instruments.js';
import { createLogger, type Logger } from './logger.js';
import { startProcessMetrics } from './process-metrics.js';
import { QuietSpanExporter, RareLog } from './span-exporter.js';
import { setRootSampleRatio } from './traceparent.js';

/** Who measures, and where traces go. */
export interface TelemetryOptions {
  readonly service: string;
  readonly version: string;
  /** Base URL of an OTLP/HTTP receiver, e.g. `http://127.0.0.1:4318`. Absent: spans are made but sent nowhere. */
  readonly otlpEndpoint?: string | undefined;
  /** Share of new traces that are sampled, 0 to 1. A trace that comes with a decision keeps it. */
  readonly sampleRatio: number;
  /** Told of failed exports. Absent: one of its own, at `warn`. */
  readonly logger?: Logger;
  /** In place of OTLP, for tests. */
  readonly exporter?: SpanExporter;
}

/** The telemetry of this process, as long as it runs. */
export interface Telemetry {
  /** Sends what is there, for at most 5 s, and stops. Never rejects. Idempotent. */
  shutdown(): Promise<void>;
  /** All metrics in the Prometheus text format. */
  metricsText(): Promise<string>;
}

/** The last spans of a process are handed over on a busy machine, too, and one that hangs holds nobody up for long. */
const SHUTDOWN_LIMIT_MS = 5_000;

/** Room for a burst between two exports: about 10 MB of spans. */
const QUEUE = { maxQueueSize: 16_384, maxExportBatchSize: 1_024, scheduledDelayMillis: 500 };

/**
 * Registers tracing and metrics for this process. Once per process; after `shutdown` it may be started again (tests do).
 * Instruments from `counter`, `histogram` and `gauge` may be older than this call; those made by hand from
 * `metrics.getMeter` before it count nothing.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const rareLog = new RareLog(options.logger ?? createLogger({ service: options.service, level: 'warn' }));
  silenceDiagnostics(rareLog);
  const resource = resourceFromAttributes({
    [ATTR.serviceName]: options.service,
    [ATTR.serviceVersion]: options.version,
    [ATTR.serviceInstanceId]: randomUUID(),
  });
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  metrics.setGlobalMeterProvider(meterProvider);
  renewInstruments();
  const tracerProvider = startTracing({ ...options, resource, rareLog, meterProvider });
  const stopProcessMetrics = startProcessMetrics();
  const serializer = new PrometheusSerializer('', false, undefined, false, true);

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    await withinLimit(tracerProvider.shutdown(), rareLog);
    stopProcessMetrics();
    await withinLimit(meterProvider.shutdown(), rareLog);
    for (const api of [trace, metrics, context, diag]) api.disable();
    renewInstruments();
  };
  return {
    shutdown: () => (stopping ??= stop()),
    metricsText: async () => {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}

interface TracingOptions extends TelemetryOptions {
  readonly resource: Resource;
  readonly rareLog: RareLog;
  readonly meterProvider: MeterProvider;
}

function startTracing(options: TracingOptions): TracerProvider {
  setRootSampleRatio(options.sampleRatio);
  const exporter =
    options.exporter ??
    (options.otlpEndpoint === undefined ? null : new QuietSpanExporter(options.otlpEndpoint, options.rareLog));
  const provider = new TracerProvider({
    resource: options.resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors:
      exporter === null
        ? []
        : [new BatchSpanProcessor({ exporter, ...QUEUE, selfObsMeterProvider: options.meterProvider })],
  });
  context.setGlobalContextManager(new AsyncContextManager());
  trace.setGlobalTracerProvider(provider);
  return provider;
}

/** What the SDK says of itself goes to our log, at most once a minute: it repeats itself for every failed export. */
function silenceDiagnostics(log: RareLog): void {
  const tell = (message: string, ...details: readonly unknown[]): void => {
    log.warn({ details: details.map(String) }, `OpenTelemetry: ${message}`);
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

async function withinLimit(work: Promise<void>, log: RareLog): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SHUTDOWN_LIMIT_MS);
  });
  try {
    await Promise.race([work, limit]);
  } catch (error) {
    log.warn({ err: error }, 'telemetry could not be flushed');
  } finally {
    clearTimeout(timer);
  }
}

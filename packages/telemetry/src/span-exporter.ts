import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.js';

type ExportDone = Parameters<SpanExporter['export']>[1];

/** OpenTelemetry's own default; the queue has room for what comes meanwhile, at a thousand spans a second. */
const EXPORT_TIMEOUT_MS = 10_000;
const LOG_EVERY_MS = 60_000;

/** The traces URL of an OTLP/HTTP base endpoint, by the rules of the OpenTelemetry specification. */
function tracesUrl(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

/** Says something at most once a minute, with the number of times it happened since. */
export class RareLog {
  private lastAt = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  constructor(private readonly logger: Logger) {}

  warn(fields: Readonly<Record<string, unknown>>, message: string): void {
    const now = performance.now();
    if (now - this.lastAt < LOG_EVERY_MS) {
      this.suppressed += 1;
      return;
    }
    this.logger.warn({ ...fields, suppressed: this.suppressed }, message);
    this.lastAt = now;
    this.suppressed = 0;
  }
}

/**
 * OTLP over HTTP as JSON. A failure is logged at most once a minute and never thrown: tracing must not disturb what it
 * watches. How many spans were lost is counted by the span processor (`otel.sdk.processor.span.processed` with `error.type`).
 */
export class QuietSpanExporter implements SpanExporter {
  private readonly inner: SpanExporter;

  constructor(
    private readonly endpoint: string,
    private readonly log: RareLog,
  ) {
    this.inner = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: EXPORT_TIMEOUT_MS });
  }

  export(spans: ReadableSpan[], done: ExportDone): void {
    this.inner.export(spans, (result) => {
      if (result.error !== undefined) {
        this.log.warn(
          { err: result.error, spans: spans.length, endpoint: this.endpoint },
          'spans could not be exported and are lost; check OTEL_EXPORTER_OTLP_ENDPOINT and the collector behind it',
        );
      }
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

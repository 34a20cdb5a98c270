/** A value of a span attribute, as far as OTLP knows scalars; lists and maps arrive as their JSON text. */
export type AttributeValue = string | number | boolean;

/** One finished span, taken from an OTLP export. */
export interface Span {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Null for the root of a trace. */
  readonly parentSpanId: string | null;
  /** Resource attribute `service.name`; empty where the exporter gave none. */
  readonly service: string;
  readonly name: string;
  /** As OTLP numbers it: 1 internal, 2 server, 3 client, 4 producer, 5 consumer; 0 unknown. */
  readonly kind: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Other spans this one refers to, e.g. those of the records of a batch. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** What went wrong; null where the span did not say that something did. */
  readonly error: string | null;
}

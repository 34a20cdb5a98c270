export { ATTR, type AttributeKey, type AttributeSpec, ATTRIBUTES } from './attributes.js';
export { type DescribedError, describeError } from './describe-error.js';
export {
  counter,
  type CounterInstrument,
  gauge,
  histogram,
  observe,
  SCOPE,
  type ValueInstrument,
} from './instruments.js';
export { createLogger, LOG_LEVELS, type Logger, type LoggerOptions, type LogLevel } from './logger.js';
export { METRIC } from './metric-names.js';
export type { MetricSpec } from './metric-spec.js';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.js';
export {
  formatTraceparent,
  isMarkedSampled,
  type NewTrace,
  newTraceContext,
  newTraceparent,
  parseTraceparent,
  remoteContext,
  type RemoteSpan,
  startRemoteSpan,
  type TraceContext,
  traceContextOf,
  traceparentOf,
} from './traceparent.js';

export { type Clock, systemClock } from './clock.js';
export {
  type BaseConfig,
  baseConfigShape,
  type DatabaseConfig,
  databaseConfigShape,
  type ServiceConfigSchema,
} from './config/base-config.js';
export { type ConfigReading, type Environment, readConfig } from './config/read-config.js';
export {
  choice,
  decimalNumber,
  durationMs,
  flag,
  list,
  type Range,
  url,
  variable,
  wholeNumber,
} from './config/variables.js';
export { type CheckResult, type HealthCheck, HealthRegistry, type HealthReport } from './health/health-registry.js';
export { InvalidRequestError, ProblemError, type ProblemParts, type RequestViolation } from './http/problem.js';
export { type RequestTrace, requestTraceOf } from './http/request-hooks.js';
export { startService } from './lifecycle/service-run.js';
export type { ImportReport, RecoveryContext, RecoverySpec } from './recovery/recovery.js';
export { runRecovery } from './recovery/run-recovery.js';
export { runService } from './run-service.js';
export type {
  ModuleClass,
  RetainedFamily,
  RunningService,
  ServiceDatabase,
  ServiceHttp,
  ServiceOptions,
  ServiceSpec,
} from './service.js';
export { RetentionModule } from './retention/retention.module.js';
export { RecordSubmitter, type RecordsOfRequest } from './submissions/record-submitter.js';
export { beginSend, type SendTrace } from './submissions/send-trace.js';
export { isArray, splitArray } from './submissions/split-array.js';
export { CLOCK, CONFIG, DATABASE, FATAL, HEALTH, LOGGER, MESSAGING, PIPELINES } from './tokens.js';

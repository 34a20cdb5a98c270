export { clientLog } from './client-log.js';
export { cpuSecondsOf, type ProcessUsage, processUsageOf } from './process-usage.js';
export {
  describeLags,
  type Lag,
  type QuietOptions,
  readEnds,
  readLags,
  type TopicEnds,
  waitUntilQuiet,
} from './quiet.js';
export { type Restartable, Restarts, type RestartOptions } from './restarts.js';
export { type ProgramEnd, runProgram } from './run-program.js';
export {
  recoveryPrograms,
  SERVICES,
  type ServiceName,
  type ServiceProgram,
  type ServiceSettings,
  serviceSpecs,
  serviceUrl,
} from './services.js';

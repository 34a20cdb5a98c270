export { cpuSecondsOf } from './cpu-time.js';
export { type Lag, type QuietOptions, waitUntilQuiet } from './quiet.js';
export { type Restartable, Restarts, type RestartOptions } from './restarts.js';
export { SERVICES, type ServiceName, type ServiceSettings, serviceSpecs, serviceUrl } from './services.js';

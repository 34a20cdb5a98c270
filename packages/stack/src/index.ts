export { ChildControl, type Readiness } from './child-control.js';
export type { ChildExit } from './child-spec.js';
export { DEFAULT_HOME } from './home.js';
export type { ProxiedListener } from './kafka/broker-files.js';
export { describePortHolder } from './port-holder.js';
export {
  DEFAULT_PORTS,
  PORT_NAMES,
  type PortName,
  type Ports,
  checkPorts,
  findFreePort,
  portFlag,
  portVariable,
} from './ports.js';
export { type ProcessIdentity, identityOf } from './process-identity.js';
export { resetCommand, terminalIo } from './reset-command.js';
export { type ServiceSpec, ServiceSupervisor } from './service-supervisor.js';
export { type Stack, type StackOptions, startStack } from './stack.js';
export { type StopWatch, watchForStop } from './stop-request.js';

export { type Fault, FAULTS, heal, strike } from './faults.js';
export { simClient, type SimClientOptions } from './sim-client.js';
export { SimLife, silence } from './sim-life.js';
export { SimLoop } from './sim-loop.js';
export { SimNetwork } from './sim-network.js';
export { SimTimers } from './sim-timers.js';
export { brokenLaw, seedCount, simulate, type Simulation, timeoutMs } from './simulation.js';

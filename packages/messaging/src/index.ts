export * from './batch-handler.js';
export { type CloudEventHeaders, cloudEventHeaders, decodeText, headerOf, textHeader } from './headers.js';
export type { ClientLogger } from './kafka/client-log.js';
export { kafkaClient } from './kafka/kafka-client.js';
export { dead, type DeadFacts, done } from './outcomes.js';
export { partitionFor } from './partition-for.js';
export * from './port.js';

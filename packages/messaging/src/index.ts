export * from './batch-handler.js';
export {
  type CloudEventHeaders,
  cloudEventHeaders,
  decodeText,
  headerOf,
  inputAppendedAtHeader,
  inputAppendedAtOf,
  textHeader,
} from './headers.js';
export type { ClientLogger } from './kafka/client-log.js';
export { kafkaClient } from './kafka/kafka-client.js';
export { batchSizeOf } from './kafka/produce-request.js';
export { dead, type DeadFacts, done, failing, type FailingFacts, RecordsFailing } from './outcomes.js';
export { partitionFor } from './partition-for.js';
export * from './port.js';
export { deadLetterRecord, type DeadRecord } from './dead-letter.js';
export { parseJson, type ParsedJson } from './parse-json.js';
export { parseMessage, type MessageSchema, type ParsedMessage, type SchemaIssue } from './parse-message.js';
export { rawOriginOf } from './raw-origin.js';
export { BatchHandler, type BatchHandlerOptions } from './transport/batch-handler-decorator.js';
export { BatchTransport, type BatchTransportOptions } from './transport/batch-transport.js';
export { aRecord, anAssignment, aTrace, batchOf, messageOf } from './memory/builders.js';
export { InMemoryBroker, type InMemoryBrokerOptions } from './memory/in-memory-broker.js';

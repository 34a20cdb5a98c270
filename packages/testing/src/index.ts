export { batchTopicsOf } from './batch-topics.js';
export { type EventuallyOptions, eventually } from './eventually.js';
export {
  type Codec,
  CODECS,
  type ForeignMessage,
  type ForeignProducer,
  type ForeignSend,
  startForeignProducer,
} from './foreign-producer.js';
export { type FreshDatabase, type FreshSchema, freshDatabase, freshSchema } from './fresh-database.js';
export { holdTable } from './hold-table.js';
export { type RoutedService, routesOf, type ServiceRoutes } from './routes.js';
export { type SchemaBackup, backUpSchema } from './schema-backup.js';
export { type TestStack, stackForTests } from './stack-for-tests.js';
export { uniquePipelineName } from './unique-pipeline-name.js';

export { openDatabase } from './database.js';
export type { Database } from './database.js';
export type { ClassOf, DatabaseOptions } from './database-options.js';
export { currentGeneration, type GenerationFamily } from './generations/generation-family.js';
export {
  type DroppedPartition,
  GenerationKeeper,
  type KeeperTurn,
  type KeptGenerations,
  type PipelineRetention,
} from './generations/generation-keeper.js';
export { GroupCommit, type GroupCommitOptions } from './group-commit.js';
export { partitionByGeneration } from './generations/partition-by-generation.js';
export { classifyPostgresError, DATABASE_UNAVAILABLE, type PostgresErrorClass } from './postgres-errors.js';
export { CreatePartitionProgress1767225600000 } from './progress/create-partition-progress.migration.js';
export {
  type Advance,
  type Claim,
  type ClaimableBatch,
  type ClaimedAssignment,
  PartitionClaims,
  type ClaimRequest,
} from './progress/partition-claims.js';
export { type GroupTopic, readStoredProgress, restartProgress } from './progress/stored-progress.js';
export { transactInGeneration } from './transaction.js';

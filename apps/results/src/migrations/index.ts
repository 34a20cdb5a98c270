import { CreatePartitionProgress1767225600000 } from '@pitwall/persistence';
import { CreateDeadLetters1767227800000 } from './create-dead-letters.migration.js';
import { CreateDecisions1767226000000 } from './create-decisions.migration.js';
import { CreateFeedback1767226600000 } from './create-feedback.migration.js';
import { IndexDecisions1767227200000 } from './index-decisions.migration.js';
import { PartitionTables1767228400000 } from './partition-tables.migration.js';
import { SizeDeadLetters1767229000000 } from './size-dead-letters.migration.js';

/** Every migration of the schema `results`. Add one by one file and one line here. */
export const MIGRATIONS = [
  CreatePartitionProgress1767225600000,
  CreateDecisions1767226000000,
  CreateFeedback1767226600000,
  IndexDecisions1767227200000,
  CreateDeadLetters1767227800000,
  PartitionTables1767228400000,
  SizeDeadLetters1767229000000,
] as const;

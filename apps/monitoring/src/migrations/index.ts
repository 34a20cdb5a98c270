import { CreatePartitionProgress1767225600000 } from '@pitwall/persistence';
import { CreateWindows1767226000000 } from './create-windows.migration.js';
import { PartitionTables1767226600000 } from './partition-tables.migration.js';

/** Every migration of the schema `monitoring`. Add one by one file and one line here. */
export const MIGRATIONS = [
  CreatePartitionProgress1767225600000,
  CreateWindows1767226000000,
  PartitionTables1767226600000,
] as const;

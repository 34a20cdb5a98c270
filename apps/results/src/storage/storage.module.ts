import { Module } from '@nestjs/common';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { BatchStore } from './batch-store.service.js';

/** Transactions on batches, under the epochs of the partitions that this service reads. */
@Module({
  providers: [
    BatchStore,
    {
      provide: PartitionClaims,
      inject: [DATABASE],
      useFactory: (database: Database) => new PartitionClaims(database),
    },
  ],
  exports: [BatchStore],
})
export class StorageModule {}

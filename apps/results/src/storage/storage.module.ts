import { Module } from '@nestjs/common';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';

/** Gives the epochs of the partitions that this service reads. */
@Module({
  providers: [
    {
      provide: PartitionClaims,
      inject: [DATABASE],
      useFactory: (database: Database) => new PartitionClaims(database),
    },
  ],
  exports: [PartitionClaims],
})
export class StorageModule {}

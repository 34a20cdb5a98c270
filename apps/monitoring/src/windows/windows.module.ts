import { Module } from '@nestjs/common';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { BatchCounter } from './batch-counter.js';
import { CountingService } from './counting.service.js';
import { LabelsRepository } from './labels.repository.js';
import { OutcomesConsumer } from './outcomes.consumer.js';
import { UnreadableRecords } from './unreadable-records.js';
import { WindowsConsumer } from './windows.consumer.js';
import { WindowsController } from './windows.controller.js';
import { WindowsRepository } from './windows.repository.js';

@Module({
  controllers: [OutcomesConsumer, WindowsConsumer, WindowsController],
  providers: [
    BatchCounter,
    CountingService,
    LabelsRepository,
    UnreadableRecords,
    WindowsRepository,
    {
      provide: PartitionClaims,
      inject: [DATABASE],
      useFactory: (database: Database) => new PartitionClaims(database),
    },
  ],
})
export class WindowsModule {}

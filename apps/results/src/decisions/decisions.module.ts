import { Module } from '@nestjs/common';
import { type Database, PartitionClaims } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { DecisionsConsumer } from './decisions.consumer.js';
import { DecisionsController } from './decisions.controller.js';
import { DecisionsRepository } from './decisions.repository.js';
import { DecisionsService } from './decisions.service.js';

@Module({
  controllers: [DecisionsConsumer, DecisionsController],
  providers: [
    DecisionsService,
    DecisionsRepository,
    {
      provide: PartitionClaims,
      inject: [DATABASE],
      useFactory: (database: Database) => new PartitionClaims(database),
    },
  ],
})
export class DecisionsModule {}

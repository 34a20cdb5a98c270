import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { DecisionsConsumer } from './decisions.consumer.js';
import { DecisionsController } from './decisions.controller.js';
import { DecisionsRepository } from './decisions.repository.js';
import { DecisionsService } from './decisions.service.js';

@Module({
  imports: [StorageModule],
  controllers: [DecisionsConsumer, DecisionsController],
  providers: [DecisionsService, DecisionsRepository],
})
export class DecisionsModule {}

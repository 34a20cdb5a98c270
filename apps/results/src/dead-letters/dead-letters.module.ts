import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { DeadLettersConsumer } from './dead-letters.consumer.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadLettersService } from './dead-letters.service.js';
import { EditsRepository } from './edits.repository.js';
import { OpenDeadLettersGauge } from './open-dead-letters-gauge.service.js';

@Module({
  imports: [StorageModule],
  controllers: [DeadLettersConsumer, DeadLettersController],
  providers: [DeadLettersService, DeadLettersRepository, EditsRepository, OpenDeadLettersGauge],
})
export class DeadLettersModule {}

import { Module } from '@nestjs/common';
import { OutcomesModule } from '../outcomes/outcomes.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { DecisionFeedbackRepository } from './decision-feedback.repository.js';
import { DecisionLookupsController } from './decision-lookups.controller.js';
import { DecisionsListController } from './decisions-list.controller.js';
import { DecisionsConsumer } from './decisions.consumer.js';
import { DecisionsController } from './decisions.controller.js';
import { DecisionsRepository } from './decisions.repository.js';
import { DecisionsService } from './decisions.service.js';

@Module({
  imports: [OutcomesModule, StorageModule],
  controllers: [DecisionsConsumer, DecisionsController, DecisionsListController, DecisionLookupsController],
  providers: [DecisionsService, DecisionsRepository, DecisionFeedbackRepository],
})
export class DecisionsModule {}

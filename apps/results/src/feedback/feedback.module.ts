import { Module } from '@nestjs/common';
import { OutcomesModule } from '../outcomes/outcomes.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { FeedbackSubmissionsController } from './feedback-submissions.controller.js';
import { FeedbackSubmissionsService } from './feedback-submissions.service.js';
import { FeedbackConsumer } from './feedback.consumer.js';
import { FeedbackService } from './feedback.service.js';

@Module({
  imports: [OutcomesModule, StorageModule],
  controllers: [FeedbackConsumer, FeedbackSubmissionsController],
  providers: [FeedbackService, FeedbackSubmissionsService],
})
export class FeedbackModule {}

import { Module } from '@nestjs/common';
import { DecisionsModule } from './decisions/decisions.module.js';
import { FeedbackModule } from './feedback/feedback.module.js';

@Module({ imports: [DecisionsModule, FeedbackModule] })
export class AppModule {}

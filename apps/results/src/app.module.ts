import { Module } from '@nestjs/common';
import { RetentionModule } from '@pitwall/runtime';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { FeedbackModule } from './feedback/feedback.module.js';
import { RedrivesModule } from './redrives/redrives.module.js';

@Module({ imports: [DecisionsModule, FeedbackModule, DeadLettersModule, RedrivesModule, RetentionModule] })
export class AppModule {}

import { Module } from '@nestjs/common';
import { EventsModule } from './events/events.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';

/** What ingestion does. */
@Module({ imports: [EventsModule, SubmissionsModule] })
export class AppModule {}

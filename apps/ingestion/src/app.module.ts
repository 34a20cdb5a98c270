import { Module } from '@nestjs/common';
import { EventsModule } from './events/events.module.js';

/** What ingestion does. */
@Module({ imports: [EventsModule] })
export class AppModule {}
